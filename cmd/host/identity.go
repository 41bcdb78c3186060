package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/decision"
	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/usage"
)

func identityCommand(path *string, std streams) *cobra.Command {
	var by person
	var yes, asJSON bool
	c := &cobra.Command{
		Use:   "identity [renew]",
		Short: "show when the identity was made, or renew it",
		Long: "Shows when the key of the pseudonyms was made, but never the key itself. `identity renew` replaces " +
			"it: documents from before and after can't be linked by their pseudonyms. Waiting documents are removed.",
		ValidArgs: []string{"renew"},
		Args:      cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			by := by.actor() // before root becomes another user
			switch {
			case len(args) == 0:
				return showIdentity(*path, std, asJSON)
			case len(args) == 1 && args[0] == "renew":
				return renew(*path, std, by, yes, asJSON)
			}
			return usage.WithHint(
				fmt.Errorf("identity takes no argument except renew, got %q", strings.Join(args, " ")),
				"`usagedata identity` alone shows when the identity was made")
		},
	}
	byFlag(c, &by, "renewal")
	c.Flags().BoolVar(&yes, "yes", false, "renew without asking")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, for programs; asks nothing")
	return c
}

// shownIdentity describes the identity in the form that programs read.
type shownIdentity struct {
	Since    time.Time `json:"since,omitzero"`     // absent if there is no key
	Broken   bool      `json:"renewal_broken_off"` // sending is allowed, and there is no key
	Sentence string    `json:"sentence"`
}

// identity describes the identity, and reveals only when it was made.
func (s *service) identity() (shownIdentity, error) {
	since, err := s.identitySince()
	if err != nil {
		return shownIdentity{}, failed(err)
	}
	if since.IsZero() && s.stores.Decision.Check() == nil {
		return shownIdentity{Broken: true,
			Sentence: "none: a renewal was interrupted; run `usagedata identity renew` again"}, nil
	}
	if since.IsZero() {
		return shownIdentity{Sentence: "none: its key is made when sending usage data is allowed"}, nil
	}
	since = since.Local()
	return shownIdentity{Since: since, Sentence: fmt.Sprintf("made %s; its key never leaves the appliance",
		usage.Moment(since, time.Local))}, nil
}

func showIdentity(path string, std streams, asJSON bool) error {
	s, err := openToLook(path, std)
	if err != nil {
		return err
	}
	return s.showIdentity(std.out, asJSON)
}

func (s *service) showIdentity(out io.Writer, asJSON bool) error {
	shown, err := s.identity()
	if err != nil {
		return err
	}
	if asJSON {
		return writeJSON(out, shown)
	}
	_, err = fmt.Fprintln(out, shown.Sentence)
	return err
}

func renew(path string, std streams, by string, yes, asJSON bool) error {
	s, err := open(path, std)
	if err != nil {
		return err
	}
	if err := s.stores.Decision.Check(); err != nil {
		hint := cmp.Or(usage.HintOf(err), "there is no identity to renew: without consent there is no key")
		return exit{usage.WithHint(err, hint), exitNotAllowed}
	}
	if asJSON && !yes {
		return usage.WithHint(errors.New("renew the identity: --json cannot ask for confirmation"), "add --yes")
	}
	if !yes {
		if err := askToRenew(s, std); err != nil {
			return err
		}
	}
	err = decision.Renew(time.Now(), by, s.stores.Records)
	if errors.Is(err, consent.ErrWithdrawn) {
		return exit{err, exitNotAllowed}
	}
	if err != nil {
		return failed(s.stores.Hinted(err))
	}
	return s.showIdentity(std.out, asJSON)
}

// askToRenew explains the consequences and takes only a clear Renew for a yes.
func askToRenew(s *service, std streams) error {
	waiting, err := s.stores.Spool.Waiting()
	if err != nil {
		return failed(err)
	}
	fmt.Fprintf(std.out, "%s\n\nRenew or Cancel? ",
		wrapped("Every pseudonym is replaced. The collection point can't link the new ones to those that it has, and "+
			"takes this appliance for a new one, except that serial numbers and license information are still sent in "+
			"clear.\n\nThis can't be undone: the old key is destroyed, and waiting documents are removed "+
			"("+status.Status{Waiting: len(waiting)}.WaitingDocuments()+").", ""))
	answer, _ := bufio.NewReader(std.in).ReadString('\n')
	if strings.EqualFold(strings.TrimSpace(answer), "renew") {
		return nil
	}
	return exit{usage.WithHint(errors.New("canceled: the identity stays the same"),
		"type the word Renew, or use --yes in scripts"), exitNotAllowed}
}
