package main

import (
	"cmp"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/usage"
)

func statusCommand(path *string, std streams) *cobra.Command {
	var asJSON, check bool
	c := &cobra.Command{
		Use:   "status",
		Short: "show decision, uploads, waiting documents and this hour's bytes",
		Long: "Shows the decision and its author, the last and the next upload, the waiting documents, the fields " +
			"that the leak gate withholds hour after hour, the bytes on the wire in this clock hour, and the state " +
			"of the plugin, and before all these, what has failed for long. It starts nothing, connects to nothing " +
			"and changes nothing.\n\n" +
			"With --check it prints one line for a monitoring program: OK, WARNING if uploads, documents or fields " +
			"have failed for an hour, CRITICAL if they have for a day or if nothing can be sent at all, and figures. " +
			"Sending that is off is OK.\n\n" +
			"Exit codes with --check, which are those of monitoring plugins: 0 OK, 1 warning, 2 critical, 3 not known.",
		RunE: func(*cobra.Command, []string) error {
			if check {
				return checkStatus(*path, std)
			}
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
	c.Flags().BoolVar(&check, "check", false, "print one line for a monitoring program, and exit as its plugins do")
	c.MarkFlagsMutuallyExclusive("json", "check")
	return c
}

// checkStatus prints the line of a monitoring plugin. A state that can't be read is not known,
// whatever the reason: the runner shows only standard output.
func checkStatus(path string, std streams) error {
	s, err := openToLook(path, std)
	var now status.Status
	if err == nil {
		now, err = s.status(s.clock.Now())
	}
	if err != nil {
		says := usage.PlainLine(err)
		if hint := usage.HintOf(err); hint != "" {
			says += "; " + hint
		}
		_, written := fmt.Fprintf(std.out, "USAGEDATA UNKNOWN - %s\n", status.OneLine(says))
		return cmp.Or(written, error(exit{code: exitUnknown}))
	}
	if _, err := fmt.Fprintln(std.out, now.Check(s.clock.Now().Location())); err != nil {
		return failed(err)
	}
	if now.Health == status.OK {
		return nil
	}
	return exit{code: now.Health.Code()}
}

// exitUnknown is the exit code of a monitoring plugin that could not find out.
const exitUnknown = 3

// up returns how long this system has been running, suspended times included.
func up() time.Duration {
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) != nil {
		return 0
	}
	return time.Duration(info.Uptime) * time.Second
}

// status reads the present state.
func (s *service) status(now time.Time) (status.Status, error) {
	// The report shows missing protections; `usagedata check` says which ones the profile demands.
	confined, _ := s.host.Confinement()
	return status.Sources{
		Profile: s.settings.Installed.Profile, Decision: s.stores.Decision, Lab: s.stores.Lab.Read(),
		Analytics: s.stores.Analytics.Path(),
		Budget:    s.stores.Budget, Spool: s.stores.Spool, Journal: s.stores.Journal, Starts: s.stores.Quarantine,
		Window: s.window, Slot: s.slot, Undrawn: s.undrawn, Confined: confined, Clock: s.clock.Problem(),
		Asked: s.cycle().AskedUntil(now), Up: up(), ByFile: s.settings.ByFile(),
	}.Look(now)
}

func showStatus(out io.Writer, st status.Status) error {
	var shown table
	for _, t := range st.Troubles {
		shown.row(string(t.Health()), t.Sentence)
		shown.note("hint: ", t.Hint)
	}
	shown.row("product", fmt.Sprintf("%s (%s, profile %d)", st.Name, st.Product, st.Profile))
	if st.Lab {
		shown.row("test system", st.LabSentence)
	}
	shown.row("sending usage data", st.Sentence)
	if st.ClockProblem != "" && st.Decision != consent.Allowed.String() {
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
	if st.Delivery == status.File || st.LastExport != nil {
		shown.row("last export", st.ExportSentence(time.Local))
		shown.row("last receipt", st.ReceiptSentence(time.Local))
	}
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
