package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// finding is one line of `usagedata check`.
type finding struct {
	what, told string
	err        error
	skipped    bool // not tried, and told says why
}

func checkCommand(path *string, io streams) *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "try everything short of sending, and say what does not work",
		Long: "Looks at the configuration, the decision, the plugin's binary and who could have changed it, what the plugin may take and what keeps it in, " +
			"starts the plugin once to read each category, and resolves the collection point's name where sending is allowed. One line says of each part " +
			"whether it works. It sends nothing, keeps nothing of what was read, and needs no consent; the start is not counted. It ends with exit code 4 " +
			"where a part does not work.",
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := open(*path, io.err)
			if err != nil {
				return err
			}
			table := tabwriter.NewWriter(io.out, 0, 0, 2, ' ', 0)
			bad := tellFindings(table, s.check(c.Context(), *path))
			if err := table.Flush(); err != nil {
				return err
			}
			if len(bad) > 0 {
				hint := usage.HintOf(errors.Join(bad...)) // the first: one thing to do at a time
				return failed(usage.WithHint(fmt.Errorf("%d of the parts above do not work", len(bad)), hint))
			}
			return nil
		},
	}
}

// tellFindings writes the table and returns what does not work.
func tellFindings(table io.Writer, found []finding) (bad []error) {
	for _, f := range found {
		word := "ok"
		switch {
		case f.skipped:
			word = "skip"
		case f.err != nil:
			word, f.told = "FAIL", f.err.Error()
			bad = append(bad, f.err)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", word, f.what, f.told)
	}
	return bad
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
	return append(found, s.checkTrust(), checkOwnNames(), s.checkCollectionPoint(ctx), s.checkWindow(time.Now()))
}

func (s *service) checkDecision() finding {
	decision, err := consent.Read(s.files.Disk, s.files.Decision)
	return finding{what: "decision", told: status.Sentence(decision), err: err}
}

// checkPlugin starts the plugin and compares what it says it sends with what the profile approves.
func (s *service) checkPlugin(ctx context.Context) finding {
	f := finding{what: "plugin"}
	description, err := s.host.Describe(ctx)
	if err != nil {
		f.err = err
		return f
	}
	f.err = differs(s, description)
	f.told = "starts, speaks, sends what the profile approves"
	return f
}

func differs(s *service, d *pluginpb.DescribeResponse) error {
	p := s.settings.Installed.Profile
	described := map[string]bool{}
	for _, c := range d.GetCategories() {
		described[c.GetName()] = true
	}
	for _, c := range p.Categories {
		if !described[c.Name] {
			return fmt.Errorf("the plugin does not send category %s of the profile", c.Name)
		}
	}
	if len(described) != len(p.Categories) {
		return errors.New("the plugin sends categories that the profile does not approve: they are dropped")
	}
	return nil
}

// checkSources reads every category once and says what could be read.
func (s *service) checkSources(ctx context.Context) []finding {
	collected, err := s.host.Collect(ctx, usage.Ended(time.Now()), nil)
	if err != nil {
		return []finding{{what: "sources", err: err}}
	}
	missing := map[string]usage.Reason{}
	for _, o := range collected.Omissions {
		missing[o.Name()] = o.Reason
	}
	var found []finding
	for _, c := range s.settings.Installed.Profile.Categories {
		found = append(found, foundOf("  "+c.Name, c.Name, missing))
		for _, f := range c.Fields {
			if name := c.Name + "." + f.Name; missing[name] != "" {
				found = append(found, foundOf("    "+f.Name, name, missing))
			}
		}
	}
	return found
}

// foundOf says what is known of a category or field.
func foundOf(what, name string, missing map[string]usage.Reason) finding {
	reason, ok := missing[name]
	if !ok {
		return finding{what: what, told: "read"}
	}
	f := finding{what: what, told: reason.Sentence()}
	f.skipped = reason == usage.NotConfigured || reason == usage.Inapplicable || reason == usage.NotOnRelease
	if !f.skipped {
		f.err = errors.New(f.told)
	}
	return f
}

func (s *service) checkTrust() finding {
	if s.settings.Roots == nil {
		return finding{what: "trust", told: "the system's authorities"}
	}
	return finding{what: "trust", told: "the configured authorities only"}
}

func checkOwnNames() finding {
	_, err := anonymize.Appliance()
	return finding{what: "own names", told: "known: the leak gate looks for them", err: err}
}

func (s *service) checkWindow(now time.Time) finding {
	return finding{what: "window", told: fmt.Sprintf("closed from %s before to %s after the hour; this appliance's slot is %s past it, next at %s",
		s.window.Before, s.window.After, s.slot, s.window.Next(now, s.slot).Format("15:04:05"))}
}
