package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/cycle"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/usage"
)

func sendCommand(path *string, io streams) *cobra.Command {
	return &cobra.Command{
		Use:   "send",
		Short: "one cycle now",
		Long: "One cycle now, for the clock hour that ended last.\n\nExit codes: 0 accepted, 2 wrong usage or configuration, 3 deferred, " +
			"4 failed,\n5 rejected by the collection point, 6 not allowed by the customer.",
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := open(*path, io.err)
			if err != nil {
				return err
			}
			result, err := s.cycle().Run(c.Context())
			tell(io.out, result, s.files)
			return ended(s, result, err)
		},
	}
}

func tell(out io.Writer, r cycle.Result, files cycle.Files) {
	if r.Made != nil {
		t := r.Made.Tally
		fmt.Fprintf(out, "collected %s: %d values kept, %d pseudonymized, %d scrubbed, %d suppressed, %d undeclared\n",
			r.Made.Period, t.Kept, t.Pseudonymized, t.Scrubbed, t.Suppressed, t.Undeclared)
		for _, category := range slices.Sorted(maps.Keys(r.Made.Omitted)) {
			fmt.Fprintf(out, "missing   %s: %s\n", category, r.Made.Omitted[category])
		}
		if r.Made.Failure != nil {
			fmt.Fprintf(out, "plugin    %v\n", r.Made.Failure)
		}
		fmt.Fprintf(out, "document  %s: %d bytes\n", r.Made.ID, len(r.Made.Body))
	}
	for _, sent := range r.Sent {
		fmt.Fprintf(out, "accepted  %s: %d bytes on the wire, both directions\n", sent.ID, sent.Wire)
	}
	if len(r.Sent) > 0 {
		fmt.Fprintf(out, "to see it %s\n", files.Analytics)
	}
	if r.Outcome == "" {
		fmt.Fprintln(out, "nothing to send: the last clock hour's document has been settled before")
	}
}

// ended maps a cycle's end to the exit code, with a hint for what a person can do something about.
func ended(s *service, r cycle.Result, err error) error {
	page := s.settings.Installed.Profile.Setting.Page
	switch {
	case r.Outcome == journal.Declined:
		hint := cmp.Or(usage.HintOf(err), "allow it with `usagedata consent allow`, or in the product under "+page)
		return exit{usage.WithHint(errors.Join(errors.New("sending usage data is not allowed"), err), hint), exitNotAllowed}
	case errors.Is(err, cycle.ErrBlackout):
		return exit{usage.WithHint(fmt.Errorf("deferred: %w", err), "the window opens at "+s.window.Opens(time.Now()).Format("15:04:05")), exitDeferred}
	case r.Outcome == journal.Deferred:
		return exit{usage.WithHint(fmt.Errorf("deferred: %w", err), "the document waits and goes out in the next hour's window; `usagedata status` says when"), exitDeferred}
	case r.Outcome == journal.Rejected:
		return exit{usage.WithHint(err, "the rejected document is kept in "+filepath.Join(s.settings.Folders.State, "spool", "rejected")), exitRejected}
	case errors.Is(err, consent.ErrWithdrawn):
		return exit{err, exitNotAllowed}
	case err != nil:
		return exit{usage.WithHint(err, hintFor(err)), exitFailed}
	}
	return nil
}

func hintFor(err error) string {
	if hint := usage.HintOf(err); hint != "" {
		return hint
	}
	if errors.Is(err, anonymize.ErrNoKey) {
		return "`usagedata identity renew` makes one"
	}
	return "`usagedata check` tries each part alone; what waits goes out with the next cycle"
}
