package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/status"
)

func statusCommand(path *string, std streams) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "status",
		Short: "show decision, uploads, waiting documents and this hour's bytes",
		Long: "Shows the decision and its author, the last and the next upload, the waiting documents, the fields " +
			"that the leak gate withholds hour after hour, the bytes on the wire in this clock hour, and the state " +
			"of the plugin. It starts nothing, connects to nothing and changes nothing.",
		RunE: func(*cobra.Command, []string) error {
			s, err := openToLook(*path, std)
			if err != nil {
				return err
			}
			now, err := s.status(s.clock.Now())
			if err != nil {
				return failed(err)
			}
			if asJSON {
				return writeJSON(std.out, now)
			}
			return showStatus(std.out, now)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, for programs")
	return c
}

// status reads the present state.
func (s *service) status(now time.Time) (status.Status, error) {
	// The report shows missing protections; `usagedata check` says which ones the profile demands.
	confined, _ := s.host.Confinement()
	return status.Sources{
		Profile: s.settings.Installed.Profile, Decision: s.stores.Decision, Analytics: s.stores.Analytics.Path(),
		Budget: s.stores.Budget, Spool: s.stores.Spool, Journal: s.stores.Journal, Starts: s.stores.Quarantine,
		Window: s.window, Slot: s.slot, Undrawn: s.undrawn, Confined: confined, Clock: s.clock.Problem(),
		Asked: s.cycle().AskedUntil(now),
	}.Look(now)
}

func showStatus(out io.Writer, st status.Status) error {
	var shown table
	shown.row("product", fmt.Sprintf("%s (%s, profile %d)", st.Name, st.Product, st.Profile))
	shown.row("sending usage data", st.Sentence)
	shown.note("", st.Problem)
	shown.note("hint: ", st.Hint)
	if st.ClockProblem != "" {
		shown.row("local clock", st.ClockProblem+"; nothing is sent")
		shown.note("hint: ", st.ClockHint)
	}
	if st.Pending > 0 {
		shown.row("not accepted", status.Unaccepted(st.Pending, st.Profile))
	}
	shown.row("last upload", st.LastUpload(time.Local))
	if attempt := st.LastAttempt(time.Local); attempt != "" {
		shown.row("last attempt", attempt)
		if st.Last.Outcome == journal.Rejected {
			shown.note("", status.Explain(journal.Rejected).Means)
		}
	}
	shown.row("next upload", st.NextUpload())
	shown.row("waiting", st.WaitingDocuments())
	addWithheldRows(&shown, st.Withheld)
	for _, sentence := range st.Mended {
		shown.row("mended", sentence)
	}
	shown.row("bytes this hour", fmt.Sprintf("%d (limit %d)", st.Bytes, st.BytesLimit))
	shown.row("plugin", st.Plugin.Sentence)
	shown.note("hint: ", st.Plugin.Hint)
	shown.row("plugin sandbox", st.Sandbox())
	shown.row("last document", st.Analytics)
	return shown.write(out)
}

// addWithheldRows lists the fields that are withheld in one document after another, with each hint
// once.
func addWithheldRows(shown *table, all []status.Withheld) {
	title := "withheld"
	for _, group := range status.ByHint(all) {
		for _, w := range group {
			shown.row(title, w.Field+": "+w.Sentence(time.Local))
			title = ""
		}
		shown.note("hint: ", group[0].Hint)
	}
}
