package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/usage"
)

func checkCommand(path *string, io streams) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "check",
		Short: "try everything short of sending, and say what does not work",
		Long: "Looks at the configuration, the decision, the plugin's binary and who could have changed it, what the " +
			"plugin may take and what keeps it in, " +
			"starts the plugin once to read each category, looks in the journal for fields that are withheld hour after hour, " +
			"and resolves the collection " +
			"point's name where sending is allowed. One line says of each part whether it works; `warn` is about one that " +
			"works and needs a look. It sends nothing, keeps nothing of what was read, and needs no consent; the start is not " +
			"counted. It ends with exit code 4 " +
			"where a part does not work.",
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := open(*path, io.err)
			if err != nil {
				return err
			}
			found := s.check(c.Context(), *path)
			if err := showFindings(io.out, found, asJSON); err != nil {
				return err
			}
			if bad := wrong(found); len(bad) > 0 {
				hint := usage.HintOf(errors.Join(bad...)) // the first: one thing to do at a time
				return failed(usage.WithHint(fmt.Errorf("%s not work", parts(len(bad))), hint))
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON, for programs")
	return c
}

func showFindings(out io.Writer, found []finding, asJSON bool) error {
	if asJSON {
		return writeJSON(out, checkedOf(found))
	}
	return tellFindings(out, found)
}

func parts(n int) string {
	if n == 1 {
		return "1 of the parts above does"
	}
	return fmt.Sprintf("%d of the parts above do", n)
}

func (s *service) check(ctx context.Context, path string) []finding {
	p := s.settings.Installed
	found := []finding{
		{what: "configuration", told: path},
		{what: "product", told: fmt.Sprintf("%s, profile %d, in %s", p.Profile.Name, p.Profile.Version, p.Dir)},
		s.checkDecision(),
	}
	binary, unfit := s.checkBinary()
	found = append(append(found, binary...), s.checkStarts(time.Now()))
	found = append(found, s.checkLimits()...)
	found = append(found, s.checkConfinement()...)
	found = append(found, s.tryPlugin(ctx, unfit)...)
	found = append(append(found, s.checkTrust(), s.checkOwnNames()), s.checkWithheld()...)
	return append(found, s.checkCollectionPoint(ctx), s.checkWindow(time.Now()))
}

func (s *service) checkDecision() finding {
	d, err := s.stores.Decision.Read()
	return finding{what: "decision", told: status.Sentence(d), err: err}
}

func (s *service) checkTrust() finding {
	if s.settings.Roots == nil {
		return finding{what: "trust", told: "the system's authorities"}
	}
	return finding{what: "trust", told: "the configured authorities only"}
}

func (s *service) checkOwnNames() finding {
	_, err := s.names()
	return finding{what: "own names", told: "known: the leak gate looks for them", err: err}
}

func (s *service) checkWindow(now time.Time) finding {
	return finding{what: "window",
		told: fmt.Sprintf("closed from %s before to %s after the hour; this appliance's slot is %s past it, next at %s",
			minutes(s.window.Before), minutes(s.window.After), minutes(s.slot), s.window.Next(now, s.slot).Format("15:04:05"))}
}

// minutes leaves out the seconds where there are none.
func minutes(d time.Duration) string {
	if text, whole := strings.CutSuffix(d.Round(time.Second).String(), "m0s"); whole {
		return text + "m"
	}
	return d.Round(time.Second).String()
}
