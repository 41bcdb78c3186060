package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/confine"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/usage"
)

// status is what `usagedata status` tells, as programs read it.
type status struct {
	Product    string         `json:"product"`
	Name       string         `json:"name"`
	Profile    int            `json:"profile"`
	Decision   string         `json:"decision"`
	DecisionBy string         `json:"decision_by,omitempty"`
	DecisionAt time.Time      `json:"decision_at,omitzero"`
	Problem    string         `json:"problem,omitempty"` // why the decision counts as no
	Last       *journal.Entry `json:"last,omitempty"`    // the last attempt to send
	LastSent   *journal.Entry `json:"last_uploaded,omitempty"`
	Next       time.Time      `json:"next,omitzero"` // when this appliance's slot comes; zero while nothing may be sent
	Waiting    int            `json:"waiting"`
	Bytes      int64          `json:"bytes_this_hour"`
	BytesLimit int64          `json:"bytes_limit"`
	Plugin     pluginStatus   `json:"plugin"`
	Confined   confine.Report `json:"confinement"` // what the plugin is kept from on this appliance
	Analytics  string         `json:"analytics"`
	sentence   string
}

// lookBack is how many lines of the journal status reads: some days.
const lookBack = 500

func statusCommand(path *string, io streams) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "status",
		Short: "decision, last and next upload, waiting documents, bytes this hour",
		RunE: func(*cobra.Command, []string) error {
			s, err := open(*path, io.err)
			if err != nil {
				return err
			}
			now, err := look(s, time.Now())
			if err != nil {
				return failed(err)
			}
			if asJSON {
				return writeJSON(io.out, now)
			}
			return now.tell(io.out)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON, for programs")
	return c
}

func look(s *service, now time.Time) (status, error) {
	p := s.settings.Installed.Profile
	st := status{
		Product: p.ID, Name: p.Name, Profile: p.Version, Bytes: s.budget.Spent(now), BytesLimit: p.Limits.Hour, Analytics: s.files.Analytics,
		Plugin: s.pluginStatus(now), Confined: s.confinement(),
	}
	decision, err := consent.Read(s.files.Disk, s.files.Decision)
	st.Decision, st.DecisionBy, st.DecisionAt, st.sentence = decision.Choice.String(), decision.Actor, decision.Time, sentence(decision)
	if err != nil {
		st.Problem, st.sentence = err.Error(), err.Error()
	}
	waiting, err := s.spool.Waiting()
	if err != nil {
		return st, err
	}
	st.Waiting = len(waiting)
	if decision.Choice == consent.Allowed {
		st.Next = s.next(now, len(waiting))
	}
	lines, err := s.journal.Last(lookBack)
	st.last(lines)
	return st, err
}

// next is this appliance's next slot with something to send: in this clock hour, unless its document is settled already.
func (s *service) next(now time.Time, waiting int) time.Time {
	hour := usage.Ended(now)
	if waiting == 0 && s.spool.Produced(hour.Start) {
		now = hour.End.Add(time.Hour - 1)
	}
	return s.window.Next(now, s.slot)
}

// last finds the last attempt and the last success; the newest line comes last.
func (st *status) last(lines []journal.Entry) {
	for i := range lines {
		switch lines[i].Outcome {
		case journal.Uploaded:
			st.Last, st.LastSent = &lines[i], &lines[i]
		case journal.Deferred, journal.Failed, journal.Rejected, journal.Declined:
			st.Last = &lines[i]
		}
	}
}

func (st status) tell(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "product\t%s (%s, profile %d)\n", st.Name, st.Product, st.Profile)
	fmt.Fprintf(table, "sending usage data\t%s\n", st.sentence)
	fmt.Fprintf(table, "last upload\t%s\n", told(st.LastSent, "none yet"))
	if st.Last != nil && st.Last != st.LastSent {
		fmt.Fprintf(table, "last attempt\t%s\n", told(st.Last, ""))
	}
	fmt.Fprintf(table, "next upload\t%s\n", next(st.Next))
	fmt.Fprintf(table, "waiting\t%d documents\n", st.Waiting)
	fmt.Fprintf(table, "bytes this hour\t%d of less than %d\n", st.Bytes, st.BytesLimit)
	fmt.Fprintf(table, "plugin\t%s\n", st.Plugin.sentence)
	fmt.Fprintf(table, "confinement\t%s\n", confined(st.Confined))
	fmt.Fprintf(table, "last document\t%s\n", st.Analytics)
	return table.Flush()
}

func told(e *journal.Entry, none string) string {
	if e == nil {
		return none
	}
	line := fmt.Sprintf("%s %s", e.Time.Local().Format("2006-01-02 15:04"), e.Outcome)
	if e.Reason != "" {
		line += ": " + e.Reason
	}
	return line
}

func next(t time.Time) string {
	if t.IsZero() {
		return "none: it is not allowed"
	}
	return t.Local().Format("2006-01-02 15:04:05") + ", at this appliance's slot"
}
