package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/clock"
	"polycom.com/usagedata/core/commandline"
	"polycom.com/usagedata/core/compare"
	"polycom.com/usagedata/core/config"
	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/sent"
	"polycom.com/usagedata/core/statelayout"
	"polycom.com/usagedata/core/usage"
)

func sentCommand(path *string, std streams) *cobra.Command {
	var asJSON, comparing bool
	c := &cobra.Command{
		Use:   "sent [HOUR]",
		Short: "list the documents that were sent, or print the one of an hour",
		Long: "Lists the documents that the collection point has accepted and that are still kept (`history` in " +
			"the configuration), the newest first, with the hour in local time. With an hour it prints that " +
			"document, byte for byte as it was sent.\n\n" +
			"An hour is a time within the document's hour: `2026-03-01T14`, `2026-03-01 14:00`, `14:00` for the " +
			"latest such hour, a time with an offset such as `2026-03-01T14:00+01:00`, or `last`. The id of a " +
			"document works too. When summer time ends, an hour comes twice, and the offset says which one.\n\n" +
			"With --compare it lists the values that differ between two hours, or between an hour and the document " +
			"before it.\n\n" +
			"Exit codes: 0 done, 2 wrong usage or configuration, 4 not kept, or damaged.",
		Args: cobra.MaximumNArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			switch {
			case comparing && len(args) == 0:
				return usage.WithHint(errors.New("--compare takes one hour or two"),
					"`usagedata sent --compare last` compares with the document before")
			case !comparing && len(args) > 1:
				return usage.WithHint(errors.New("sent takes one hour"),
					"`usagedata sent --compare HOUR HOUR` compares two; put an hour with a space into quotes")
			case !comparing && asJSON && len(args) > 0:
				return usage.WithHint(errors.New("a document is JSON already, exactly as it was sent"),
					"--json is for the list and for --compare")
			}
			h, err := lookBack(*path, std.out)
			if err != nil {
				return err
			}
			switch {
			case comparing:
				return h.compare(args, asJSON)
			case len(args) > 0:
				return h.print(args[0])
			case asJSON:
				return writeJSON(std.out, documentsSent{append([]sent.Document{}, h.kept...)})
			}
			return h.list()
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the list or the differences as JSON, for programs")
	c.Flags().BoolVar(&comparing, "compare", false, "list the values that differ between two hours")
	return c
}

// documentsSent is the list in the form that programs read.
type documentsSent struct {
	Documents []sent.Document `json:"documents"`
}

// history holds the kept documents, for the command.
type history struct {
	stores statelayout.Stores
	kept   []sent.Document // the newest first
	now    time.Time
	out    io.Writer
}

// lookBack opens the history. It needs no working product.
func lookBack(path string, out io.Writer) (h history, err error) {
	c, err := config.Read(path)
	if err != nil {
		return h, err
	}
	if err := actAsOwner(c, false); err != nil {
		return h, err
	}
	installed, _ := product.Select(c.Products, c.Product)
	c.Analytics = cmp.Or(c.Analytics, installed.Profile.Analytics)
	h = history{now: clock.Local().Now(), out: out}
	if h.stores, err = foldersOf(c).Look(installed.Profile.Limits, installed.Sum); err != nil {
		return h, err
	}
	h.kept, err = h.stores.Sent.List()
	return h, failed(err)
}

func (h history) list() error {
	if len(h.kept) == 0 {
		_, err := fmt.Fprintln(h.out, h.nothing())
		return err
	}
	var rows table
	rows.row("hour", "offset", "bytes", "profile", "accepted", "id")
	for _, d := range h.kept {
		local := d.Period.In(h.now.Location())
		hour := usage.PeriodFrom(d.Period).DayAndClock(h.now.Location())
		if d.Damaged {
			rows.row(hour, local.Format("-07:00"), "damaged", "", "", d.ID)
			continue
		}
		rows.row(hour, local.Format("-07:00"), strconv.Itoa(d.Bytes), strconv.Itoa(d.Profile),
			d.Accepted.In(h.now.Location()).Format("2006-01-02 15:04:05 -07:00"), d.ID)
	}
	return rows.write(h.out)
}

// nothing says that no document is kept, and where the last one is if an earlier version sent it.
func (h history) nothing() string {
	if _, err := h.stores.Analytics.Read(); err == nil {
		return "no document is kept yet; the last one that was sent is in " + h.stores.Analytics.Path()
	}
	return "no document was sent yet"
}

// find returns the document that a person names, and its text.
func (h history) find(named string) (sent.Document, []byte, error) {
	d, err := sent.Find(h.kept, named, h.now)
	if err != nil {
		return d, nil, failed(err)
	}
	text, err := h.stores.Sent.Read(d.ID)
	if errors.Is(err, sent.ErrDamaged) {
		err = usage.WithHint(err, "its file in "+h.stores.Sent.Dir()+" may be removed")
	}
	return d, text, failed(err)
}

func (h history) print(named string) error {
	_, text, err := h.find(named)
	if err != nil {
		return err
	}
	_, err = h.out.Write(text)
	return err
}

// compared is the result of a comparison in the form that programs read.
type compared struct {
	From        sent.Document        `json:"from"`
	To          sent.Document        `json:"to"`
	Notes       []string             `json:"notes,omitempty"`
	Differences []compare.Difference `json:"differences"`
}

func (h history) compare(named []string, asJSON bool) error {
	to, after, err := h.find(named[len(named)-1])
	if err != nil {
		return err
	}
	earlier := named[0]
	if len(named) == 1 {
		before, found := sent.Before(h.kept, to)
		if !found {
			return failed(usage.WithHint(errors.New("no earlier document of this product is kept"),
				"`usagedata sent` lists all"))
		}
		earlier = before.ID
	}
	from, before, err := h.find(earlier)
	if err != nil {
		return err
	}
	result, err := compare.Documents(before, after)
	if err != nil {
		return failed(err)
	}
	if asJSON {
		differences := append([]compare.Difference{}, result.Differences...)
		return writeJSON(h.out, compared{from, to, result.Notes(), differences})
	}
	return h.show(from, to, result)
}

func (h history) show(from, to sent.Document, result compare.Result) error {
	zone := h.now.Location()
	fmt.Fprintf(h.out, "from %s\nto   %s\n", usage.PeriodFrom(from.Period).DayAndClock(zone),
		usage.PeriodFrom(to.Period).DayAndClock(zone))
	for _, note := range result.Notes() {
		fmt.Fprintln(h.out, commandline.Wrapped(note, ""))
	}
	var rows table
	for _, d := range result.Differences {
		switch d.Mark {
		case compare.Changed:
			rows.row(string(d.Mark), d.Field(), d.Was+" → "+d.Now)
		case compare.Added:
			rows.row(string(d.Mark), d.Field(), d.Now)
		case compare.Removed:
			rows.row(string(d.Mark), d.Field(), "was "+d.Was)
		}
	}
	if len(result.Differences) == 0 {
		fmt.Fprintln(h.out, "every value is the same")
	}
	return rows.write(h.out)
}

// removal holds the flags by which a denial keeps or removes the documents that were sent.
type removal struct{ remove, keep bool }

func (r *removal) flags(c *cobra.Command) {
	c.Flags().BoolVar(&r.remove, "remove-sent", false,
		"deny: also remove the documents that were sent and are kept here")
	c.Flags().BoolVar(&r.keep, "keep-sent", false, "deny: keep them, which is the default, without asking")
	c.MarkFlagsMutuallyExclusive("remove-sent", "keep-sent")
}

// asks reports whether a denial that has just been made shall also remove the documents that were
// sent, as a person at a terminal says. Without an answer they stay, because they are the
// administrator's own record.
func (r removal) asks(std streams, kept sent.Store) bool {
	if r.remove || r.keep || !isTerminal(std.in) {
		return false
	}
	count, err := kept.Count()
	if err != nil || count == 0 {
		return false
	}
	fmt.Fprintf(std.out, "Documents that were sent and are kept on this appliance as your record: %d. "+
		"Remove them too? Yes or No [No]: ", count)
	answer, _ := bufio.NewReader(std.in).ReadString('\n')
	answer = strings.ToLower(strings.TrimSpace(answer))
	return answer == "yes" || answer == "y"
}

func isTerminal(in io.Reader) bool {
	file, ok := in.(*os.File)
	if !ok {
		return false
	}
	_, err := unix.IoctlGetTermios(int(file.Fd()), unix.TCGETS)
	return err == nil
}
