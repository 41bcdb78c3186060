package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/usage"
)

func statusCommand(path *string, io streams) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "status",
		Short: "decision, last and next upload, waiting documents, bytes this hour",
		Long: "Says whether usage data is sent and who decided so, when something was sent last and will be next, what " +
			"waits, which fields the leak gate withholds " +
			"hour after hour, how many bytes have crossed the wire in this clock hour, and how the plugin does. It starts " +
			"nothing, connects to nothing and changes nothing.",
		RunE: func(*cobra.Command, []string) error {
			s, err := open(*path, io.err)
			if err != nil {
				return err
			}
			now, err := s.status(time.Now())
			if err != nil {
				return failed(err)
			}
			if asJSON {
				return writeJSON(io.out, now)
			}
			return tellStatus(io.out, now)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON, for programs")
	return c
}

// status is what is told of now.
func (s *service) status(now time.Time) (status.Status, error) {
	return status.Rooms{
		Profile: s.settings.Installed.Profile, Decision: s.stores.Decision, Analytics: s.stores.Analytics.Path(),
		Budget: s.stores.Budget, Spool: s.stores.Spool, Journal: s.stores.Journal, Starts: s.stores.Quarantine,
		Window: s.window, Slot: s.slot, Confined: s.confinement(),
	}.Look(now)
}

func tellStatus(out io.Writer, st status.Status) error {
	var shown table
	shown.row("product", fmt.Sprintf("%s (%s, profile %d)", st.Name, st.Product, st.Profile))
	shown.row("sending usage data", st.Sentence)
	if st.Pending > 0 {
		shown.row("not accepted", unaccepted(st.Pending, st.Profile))
	}
	shown.row("last upload", told(st.LastSent, "none yet"))
	if st.Last != nil && st.Last != st.LastSent {
		shown.row("last attempt", told(st.Last, ""))
	}
	shown.row("next upload", next(st.Next))
	shown.row("waiting", fmt.Sprintf("%d documents", st.Waiting))
	rowsOfWithheld(&shown, st.Withheld)
	shown.row("bytes this hour", fmt.Sprintf("%d of less than %d", st.Bytes, st.BytesLimit))
	shown.row("plugin", st.Plugin.Sentence)
	shown.row("confinement", confined(st.Confined))
	shown.row("last document", st.Analytics)
	return shown.write(out)
}

func told(e *journal.Entry, none string) string {
	if e == nil {
		return none
	}
	line := fmt.Sprintf("%s %s", e.Time.Local().Format("2006-01-02 15:04 MST"), e.Outcome)
	if !e.Period.IsZero() {
		line += ", about " + usage.PeriodFrom(e.Period).DayAndClock(time.Local)
	}
	if e.Reason != "" {
		line += ": " + e.Reason
	}
	return line
}

func next(t time.Time) string {
	if t.IsZero() {
		return "none: it is not allowed"
	}
	return t.Local().Format("2006-01-02 15:04:05 MST") + ", at this appliance's slot"
}
