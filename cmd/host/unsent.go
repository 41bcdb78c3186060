package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/usage"
)

func unsentCommand(path *string, std streams) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "unsent [ID]",
		Short: "list documents that were not accepted, or print one",
		Long: fmt.Sprintf("Lists the documents that the collection point has not accepted: those that wait, those "+
			"that it rejected, and those that were damaged while they waited, with the reason and the date. With an "+
			"id, it prints that document, byte for byte. Only waiting documents are sent. The last %d rejected and "+
			"the last %[1]d damaged documents are kept until newer ones take their place; all are removed when "+
			"sending is denied or the identity is renewed. The command changes nothing.", spool.MostKept),
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := openToLook(*path, std)
			if err != nil {
				return err
			}
			all, err := s.unsent()
			if err != nil {
				return failed(s.stores.Hinted(err))
			}
			switch {
			case len(args) > 0 && asJSON:
				return usage.WithHint(errors.New("print a document: it is JSON already"), "leave out --json")
			case len(args) > 0:
				return s.printUnsent(std.out, all, args[0])
			case asJSON:
				return writeJSON(std.out, map[string]any{"documents": all})
			}
			return showUnsent(std.out, all)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, for programs")
	return c
}

// unsentDocument is a document that was not accepted, in the form that programs read.
type unsentDocument struct {
	State  string    `json:"state"` // waiting, rejected or damaged
	ID     string    `json:"id"`
	Period time.Time `json:"period,omitzero"` // beginning of its UTC hour
	Bytes  int64     `json:"bytes"`
	Time   time.Time `json:"time,omitzero"` // when it was rejected, or found damaged
	Reason string    `json:"reason,omitempty"`
	Hint   string    `json:"hint,omitempty"`
}

const waitingState = "waiting"

// unsent lists the waiting documents, and after them those that were set aside.
func (s *service) unsent() ([]unsentDocument, error) {
	waiting, err := s.stores.Spool.Waiting()
	if err != nil {
		return nil, err
	}
	kept, err := status.LookAtKept(s.stores.Spool, s.stores.Journal, s.settings.Installed.Profile.ID)
	all := []unsentDocument{}
	for _, e := range waiting {
		all = append(all, unsentDocument{State: waitingState, ID: e.ID, Period: e.PeriodStart, Bytes: e.Size})
	}
	for _, k := range kept {
		all = append(all, unsentDocument{k.Word(), k.ID, k.Period, k.Bytes, k.Time, k.Reason, k.Hint})
	}
	return all, err
}

func showUnsent(out io.Writer, all []unsentDocument) error {
	if len(all) == 0 {
		_, err := fmt.Fprintln(out, "no documents: none waits, and none was set aside")
		return err
	}
	var shown table
	for _, d := range all {
		period := "unknown period"
		if !d.Period.IsZero() {
			period = usage.PeriodFrom(d.Period).DayAndClock(time.Local)
		}
		shown.row(d.State, d.ID, strconv.FormatInt(d.Bytes, 10)+" bytes, about "+period)
		if d.Reason != "" {
			at := ""
			if !d.Time.IsZero() {
				at = usage.Moment(d.Time, time.Local) + ": "
			}
			shown.row("", "", at+d.Reason)
		}
		if d.Hint != "" {
			shown.row("", "", "hint: "+d.Hint)
		}
	}
	return shown.write(out)
}

// printUnsent prints a document of the list: only those are read, so that an id cannot be used as a
// path. A damaged one is not printed, because a terminal may take its content for commands.
func (s *service) printUnsent(out io.Writer, all []unsentDocument, id string) error {
	i := slices.IndexFunc(all, func(d unsentDocument) bool { return d.ID == id })
	var text []byte
	err := fs.ErrNotExist
	switch {
	case i >= 0 && all[i].State == waitingState:
		text, err = s.stores.Spool.Read(id)
	case i >= 0:
		text, err = s.stores.Spool.ReadKept(id)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return exit{usage.WithHint(errors.New("print a document: no document with this id waits or was set aside"),
			"`usagedata unsent` lists them"), exitUsage}
	case errors.Is(err, spool.ErrDamaged):
		return failed(usage.WithHint(fmt.Errorf("print %s: the document is damaged", id),
			"its file is in "+filepath.Join(s.settings.Folders.State, "spool")))
	case err != nil:
		return failed(s.stores.Hinted(err))
	}
	_, err = out.Write(text)
	return err
}
