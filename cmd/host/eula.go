package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/decision"
	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/usage"
)

// installer holds the flags of `eula accept`.
type installer struct {
	version     string
	by          person
	allow, deny bool
	chosen      categories
}

func eulaCommand(path *string, std streams) *cobra.Command {
	var i installer
	var asJSON bool
	c := &cobra.Command{
		Use:   "eula [accept]",
		Short: "show or record the license agreement and the choice made with it",
		Long: "For installers. Shows which version of the end user license agreement was accepted, or records its " +
			"acceptance. If the product asks about usage data together with the agreement, the choice is recorded " +
			"too, and must be given the first time. The command asks no questions.",
		ValidArgs: []string{"accept"},
		Args:      cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			i.by = person(i.by.actor()) // before root becomes another user
			switch {
			case len(args) == 0:
				return showEULA(*path, std, asJSON)
			case len(args) == 1 && args[0] == "accept":
				return acceptEULA(*path, std, i)
			}
			return usage.WithHint(fmt.Errorf("eula takes no argument except accept, got %q", strings.Join(args, " ")),
				"`usagedata eula` alone shows the accepted version")
		},
	}
	c.Flags().StringVar(&i.version, "version", "", "version of the agreement, any `text`")
	c.Flags().BoolVar(&i.allow, "allow", false, "allow sending usage data")
	c.Flags().BoolVar(&i.deny, "deny", false, "deny sending usage data")
	c.Flags().StringArrayVar(&i.chosen.without, "without", nil,
		"with --allow: leave out this `category`; may be repeated")
	byFlag(c, &i.by, "acceptance")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, for programs")
	return c
}

// shownEULA is the recorded agreement in the form that programs read.
type shownEULA struct {
	Version string    `json:"version,omitempty"` // version that was accepted last; absent if there is none
	Time    time.Time `json:"time,omitzero"`
	Actor   string    `json:"actor,omitempty"`
	Asks    bool      `json:"asks"` // the product asks about usage data together with the agreement
	Choice  string    `json:"choice"`
	Policy  string    `json:"privacy_policy,omitempty"` // address of the vendor's privacy policy
}

func showEULA(path string, std streams, asJSON bool) error {
	s, err := openToLook(path, std)
	if err != nil {
		return err
	}
	d, err := s.stores.Decision.Read()
	if err != nil {
		return exit{err, exitNotAllowed}
	}
	history, err := s.stores.Decision.History()
	if err != nil {
		return failed(err)
	}
	shown := shownEULA{Version: d.EULA, Asks: s.asksWithEULA(), Choice: d.Choice.String(),
		Policy: s.settings.Installed.Profile.PrivacyPolicy}
	for _, h := range history {
		if h.Way == consent.ByEULA && h.EULA == d.EULA {
			shown.Time, shown.Actor = h.Time, h.Actor
		}
	}
	if asJSON {
		return writeJSON(std.out, shown)
	}
	return printEULA(std.out, shown, deliveryOf(s.settings.Config).Says(status.Sentence(d, time.Local)))
}

func printEULA(out io.Writer, shown shownEULA, sentence string) error {
	line := "no license agreement is recorded"
	switch {
	case shown.Version != "" && !shown.Time.IsZero():
		line = fmt.Sprintf("version %s accepted %s by %s", shown.Version,
			usage.Moment(shown.Time, time.Local), shown.Actor)
	case shown.Version != "":
		line = fmt.Sprintf("version %s accepted", shown.Version)
	}
	where := "the product asks about usage data on its page, not with the agreement"
	if shown.Asks {
		where = "the product asks about usage data with the agreement"
	}
	_, err := fmt.Fprintf(out, "%s\n%s\n%s\n", line, where, sentence)
	if err == nil && shown.Policy != "" {
		_, err = fmt.Fprintf(out, "privacy policy of the vendor: %s\n", shown.Policy)
	}
	return err
}

func (s *service) asksWithEULA() bool { return s.settings.Installed.Profile.FirstAsked == "eula" }

func acceptEULA(path string, std streams, i installer) error {
	s, err := open(path, std)
	if err != nil {
		return err
	}
	former, err := s.stores.Decision.Read()
	if err != nil {
		return exit{err, exitNotAllowed}
	}
	if err := s.checkChoice(i, former); err != nil {
		return err
	}
	d := consent.Decision{Actor: string(i.by), Way: consent.ByEULA, EULA: i.version}
	switch {
	case i.allow:
		p := s.settings.Installed.Profile
		leftOut, err := i.chosen.leftOut(p, former)
		if err != nil {
			return err
		}
		d.Choice = consent.Allowed
		return s.allowSame(std.out, d.Accepting(p, leftOut...), former)
	case i.deny:
		d.Choice = consent.Denied
		return decide(std.out, d, s.stores.Records)
	}
	if d, err = decision.AcceptEULA(i.version, string(i.by), time.Now(), s.stores.Records); err != nil {
		return unwritten(s.stores.Hinted(err))
	}
	return decided(std.out, deliveryOf(s.settings.Config), d, nil)
}

// checkChoice returns an error unless the installer's choice matches the product's question
// (CONS-1).
func (s *service) checkChoice(i installer, former consent.Decision) error {
	chosen := i.allow || i.deny
	switch {
	case i.version == "":
		return usage.WithHint(errors.New("accept the license agreement: its version is not given"),
			"give it with --version")
	case !admin.IsLine(i.version, consent.MaxName):
		return usage.WithHint(fmt.Errorf("accept the license agreement: its version must be one line of printable "+
			"text, at most %d bytes long", consent.MaxName), "give the version of the agreement, such as 2.1")
	case !i.chosen.none() && !i.allow:
		return usage.WithHint(errors.New("accept the license agreement: --without is given without --allow"),
			"--without leaves out a category of the data that is sent")
	case i.allow && i.deny:
		return usage.WithHint(errors.New("accept the license agreement: --allow and --deny are both given"),
			"give one of them, as the customer chose")
	case chosen && !s.asksWithEULA():
		return usage.WithHint(errors.New("accept the license agreement: this product does not ask about usage data "+
			"with it"), "omit --allow and --deny; the product asks under "+s.settings.Installed.Profile.Setting.Page)
	case !chosen && s.asksWithEULA() && former.Choice == consent.Undecided:
		return usage.WithHint(errors.New("accept the license agreement: this product asks about usage data with it, "+
			"but no choice is given"), "give the customer's choice with --allow or --deny")
	}
	return nil
}
