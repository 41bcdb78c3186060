package main

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/cycle"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/usage"
)

func sendCommand(path *string, std streams) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "send",
		Short: "run one cycle now",
		Long: "Makes the document about the last full UTC hour, unless it was already made, and sends it and the " +
			"waiting documents. It follows the customer's decision, the window and the limit of bytes, as the " +
			"service does: around the hour it does not even read the product.\n\n" +
			"Exit codes: 0 accepted or nothing to send, 2 wrong usage or configuration, 3 deferred, 4 failed, 5 " +
			"rejected by the collection point, 6 not allowed by the customer.",
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := open(*path, std)
			if err != nil {
				return err
			}
			result, err := s.cycle().Run(c.Context())
			s.writeMetrics()
			out := reportOf(result, s.stores.Analytics.Path())
			if result.Outcome == "" {
				lines, _ := s.stores.Journal.Last(status.LookBack) // a failure to read changes a word, but no outcome
				out.before = endedBefore(lines, result.Period, s.settings.Folders.State)
			}
			if !asJSON {
				out.print(std.out)
			} else if failure := writeJSON(std.out, out); failure != nil {
				return failed(failure)
			}
			return exitOf(s, result, s.stores.Hinted(err))
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the result as JSON, for programs")
	return c
}

// exitOf maps the end of a cycle to the exit status, with a hint if a person can do something about
// it.
func exitOf(s *service, r cycle.Result, err error) error {
	page := s.settings.Installed.Profile.Setting.Page
	switch {
	case r.Outcome == journal.Declined:
		hint := cmp.Or(usage.HintOf(err), "allow it with `usagedata consent allow`, or in the product under "+page)
		return exit{usage.WithHint(errors.Join(errors.New(consent.NotAllowed), err), hint), exitNotAllowed}
	case errors.Is(err, cycle.ErrBlackout):
		return exit{usage.WithHint(fmt.Errorf("deferred: %w", err), "the window opens at "+
			s.window.Opens(s.clock.Now()).Format("15:04:05")), exitDeferred}
	case errors.Is(err, cycle.ErrUnknownClock):
		problem := s.clock.Problem()
		why := fmt.Errorf("deferred: %w", errors.Join(err, problem))
		return exit{usage.WithHint(why, usage.HintOf(problem)), exitDeferred}
	case r.Outcome == journal.Deferred || r.Deferred:
		return exit{usage.WithHint(fmt.Errorf("deferred: %w", err),
			"waiting documents are sent later automatically; `usagedata status` shows when"), exitDeferred}
	case r.Outcome == journal.Rejected:
		return exit{usage.WithHint(err, rejectedHint(err, s.settings.Folders.State)), exitRejected}
	case errors.Is(err, consent.ErrWithdrawn):
		return exit{err, exitNotAllowed}
	case err != nil:
		return exit{usage.WithHint(err, hintFor(err)), exitFailed}
	}
	return nil
}

// rejectedHint says where the rejected document is, so that the cause can be examined.
func rejectedHint(err error, state string) string {
	kept := "the rejected document is kept in " + rejectedIn(state)
	if hint := usage.HintOf(err); hint != "" {
		return kept + "; " + hint
	}
	return kept
}

func hintFor(err error) string {
	if hint := usage.HintOf(err); hint != "" {
		return hint
	}
	if errors.Is(err, consent.ErrReplaced) {
		return "waiting documents are sent under the new decision, in the next cycle"
	}
	if errors.Is(err, anonymize.ErrNoKey) {
		return "`usagedata identity renew` makes one"
	}
	return "`usagedata check` checks each part; waiting documents are sent in the next cycle"
}
