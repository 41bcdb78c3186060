package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/config"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/decision"
	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/statelayout"
	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/usage"
)

func consentCommand(path *string, std streams) *cobra.Command {
	var by person
	var history removal
	var yes, asJSON bool
	var chosen categories
	c := &cobra.Command{
		Use:   "consent [allow|deny]",
		Short: "show or change the decision to send usage data",
		Long: "Shows the decision, or changes it. A change takes effect at once: `deny` stops an upload in progress, " +
			"removes the waiting documents and destroys the key of the pseudonyms. `allow` accepts the fields that " +
			"the installed profile approves; fields that a later profile adds are not sent until you allow again. " +
			"Some categories can be left out: with --without, they are not collected, and waiting documents that " +
			"hold one are removed. They stay left out, also after a denial, until --with includes them again.\n\n" +
			"The documents that were sent stay on this appliance after `deny`, as your record of them. At a terminal " +
			"it asks whether to remove them too; --remove-sent and --keep-sent answer. analytics.json stays in any " +
			"case.",
		ValidArgs: []string{"allow", "deny"},
		Args:      cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			by := by.actor() // before root becomes another user
			if !chosen.none() && (len(args) != 1 || args[0] != "allow") {
				return errNotAllowing
			}
			switch {
			case len(args) == 0:
				return showDecision(*path, std.out, asJSON)
			case len(args) == 1 && args[0] == "allow":
				return allow(*path, std, by, yes, chosen)
			case len(args) == 1 && args[0] == "deny":
				return deny(*path, std, by, history)
			}
			return usage.WithHint(fmt.Errorf("consent takes allow or deny, got %q", strings.Join(args, " ")),
				"`usagedata consent` alone shows the decision")
		},
	}
	byFlag(c, &by, "decision")
	history.flags(c)
	c.Flags().BoolVar(&yes, "yes", false, "allow without asking")
	c.Flags().StringArrayVar(&chosen.without, "without", nil, "leave out this `category`; may be repeated")
	c.Flags().StringArrayVar(&chosen.with, "with", nil, "include this `category` again; may be repeated")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, for programs")
	return c
}

// shownDecision is the decision in the form that programs read.
type shownDecision struct {
	consent.Decision
	Pending  int    `json:"pending_fields"` // approved fields that are not accepted
	Sentence string `json:"sentence"`
}

// showDecision also works if the product is broken, but then without the number of pending fields.
// Run by root, it reads the decision as the service does.
func showDecision(path string, out io.Writer, asJSON bool) error {
	c, err := config.Read(path)
	if err != nil {
		return err
	}
	if err := actAsOwner(c, false); err != nil {
		return err
	}
	folders := foldersOf(c)
	d, err := folders.LookAtDecision().Read()
	if err != nil {
		return exit{folders.Hinted(err), exitNotAllowed}
	}
	shown := shownDecision{Decision: d, Sentence: deliveryOf(c).Says(status.Sentence(d, time.Local))}
	installed, err := product.Select(c.Products, c.Product)
	if err == nil {
		shown.Pending = len(d.Pending(installed.Profile))
	}
	if asJSON {
		shown.Fields = nil // `usagedata dictionary` describes them
		shown.ID, shown.After = "", ""
		return writeJSON(out, shown)
	}
	fmt.Fprintln(out, shown.Sentence)
	if d.Choice != consent.Allowed && len(d.LeftOut) > 0 {
		fmt.Fprintf(out, "if you allow again, these categories stay left out: %s\n", strings.Join(d.LeftOut, ", "))
	}
	if shown.Pending > 0 {
		fmt.Fprintf(out, "%s: `usagedata consent allow` shows and accepts %s\n",
			status.Unaccepted(shown.Pending, installed.Profile.Version), them(shown.Pending))
	}
	return nil
}

func them(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

// allow requires the whole configuration to be valid, because it shows the data that would be
// collected.
func allow(path string, std streams, by string, yes bool, chosen categories) error {
	s, err := open(path, std)
	if err != nil {
		return err
	}
	p := s.settings.Installed.Profile
	former, _ := s.stores.Decision.Read() // if the decision cannot be read, no field counts as accepted
	leftOut, err := chosen.leftOut(p, former)
	if err != nil {
		return err
	}
	d := consent.Decision{Choice: consent.Allowed, Actor: by, Way: consent.ByCommand}.Accepting(p, leftOut...)
	if !yes {
		if err := ask(p, former, d, std); err != nil {
			return err
		}
	}
	return s.allowSame(std.out, d, former)
}

// anySize is a bound that no spool reaches, because a denial only removes.
const anySize = 1 << 40

// deny works with everything that it can still read, and reports what it could not. The exit status
// is 0 if sending is denied and all of the denial was carried out, even if deny had to find the
// folders by itself and found a decision there.
func deny(path string, std streams, by string, history removal) error {
	c, unread := config.Salvage(path)
	if _, err := os.Lstat(c.Folders.State); unread != nil && errors.Is(err, fs.ErrNotExist) {
		return usage.WithHint(fmt.Errorf("nothing was denied: the state folder %s does not exist; %w", c.Folders.State,
			unread), "correct the configuration, or give the right one with --config FILE")
	}
	folders := foldersOf(c)
	_, undecided := os.Lstat(folders.Decision().Path())
	broken := actAsOwner(c, true)
	records, unopened := folders.OpenRecords(anySize)
	d := consent.Decision{Choice: consent.Denied, Actor: by, Way: consent.ByCommand}
	d.RemoveSent = history.remove
	err := decide(std.out, d, records)
	if err == nil && history.asks(std, records.Sent) { // after the denial, which must not wait for an answer
		d.RemoveSent = true
		err = decide(io.Discard, d, records)
	}
	if err == nil && d.RemoveSent {
		fmt.Fprintln(std.out, "the documents that were sent were removed")
	}
	if unread != nil {
		fmt.Fprintf(std.err, "usagedata: the configuration could not be read; the state folder %s was used: %s\n",
			c.Folders.State, usage.Plain(unread))
	}
	if broken != nil {
		fmt.Fprintln(std.err, "usagedata:", usage.Plain(broken))
	}
	switch {
	case err != nil:
		return err
	case unopened != nil:
		return unwritten(unopened)
	case unread != nil && undecided != nil:
		return failed(usage.WithHint(fmt.Errorf("%s had no decision before, so it may be the wrong folder",
			c.Folders.State), "correct the configuration, or give the right one with --config FILE, and deny again"))
	}
	return nil
}

// decide puts a decision made now into effect.
func decide(out io.Writer, d consent.Decision, in statelayout.Records) error {
	d.Time = time.Now()
	return decided(out, status.Network, d, decision.Decide(d, in))
}

// allowSame is decide for an allow that is based on the categories that former leaves out.
func (s *service) allowSame(out io.Writer, d, former consent.Decision) error {
	d.Time = time.Now()
	err := decision.DecideUnless(decision.SameCategories(former), d, s.stores.Records)
	return decided(out, deliveryOf(s.settings.Config), d, err)
}

func decided(out io.Writer, by status.Delivery, d consent.Decision, err error) error {
	if err != nil {
		return unwritten(err)
	}
	_, err = fmt.Fprintln(out, by.Says(status.Sentence(d, time.Local)))
	return err
}

func deliveryOf(c config.Config) status.Delivery { return status.DeliveryBy(c.ByFile()) }
