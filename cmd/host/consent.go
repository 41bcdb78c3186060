package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/config"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/cycle"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/usage"
)

func consentCommand(path *string, io streams) *cobra.Command {
	var by string
	var yes bool
	c := &cobra.Command{
		Use:   "consent [allow|deny]",
		Short: "show or change the decision to send usage data",
		Long: "Shows the decision, or changes it. A change takes effect at once: a denial cuts off an upload that is under way, removes what\n" +
			"waits and destroys the key of the pseudonyms.",
		ValidArgs: []string{"allow", "deny"},
		Args:      cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return showDecision(*path, io.out)
			case len(args) == 1 && args[0] == "allow":
				return allow(*path, io, by, yes)
			case len(args) == 1 && args[0] == "deny":
				return deny(*path, io.out, by)
			}
			return usage.WithHint(fmt.Errorf("consent takes allow or deny, got %q", strings.Join(args, " ")), "`usagedata consent` alone shows the decision")
		},
	}
	c.Flags().StringVar(&by, "by", "", "`name` to record as the one who decided (default: the user)")
	c.Flags().BoolVar(&yes, "yes", false, "allow without asking")
	return c
}

func showDecision(path string, out io.Writer) error {
	c, err := config.Read(path)
	if err != nil {
		return err
	}
	decision, err := consent.Read(durable.OS{}, cycle.FilesIn(durable.OS{}, c.Folders.State, "").Decision)
	if err != nil {
		return exit{err, exitNotAllowed}
	}
	_, err = fmt.Fprintln(out, status.Sentence(decision))
	return err
}

// allow needs the whole configuration to be right: it says what would be collected.
func allow(path string, io streams, by string, yes bool) error {
	s, err := open(path, io.err)
	if err != nil {
		return err
	}
	if !yes {
		if err := ask(s.settings.Installed.Profile, io); err != nil {
			return err
		}
	}
	return s.decide(io.out, consent.Allowed, by)
}

// anySize is a bound that no spool reaches: a denial only removes.
const anySize = 1 << 40

func deny(path string, out io.Writer, by string) error {
	c, err := config.Read(path)
	if err != nil {
		return err
	}
	r, err := openRecords(c, c.Analytics, anySize)
	if err != nil {
		return err
	}
	return r.decide(out, consent.Denied, by)
}

// ask shows what is collected and takes only a clear Update for a yes (CONS-5).
func ask(p profile.Profile, io streams) error {
	fmt.Fprintf(io.out, "%s\n\nOnce an hour %s would send to its vendor, made anonymous where it identifies you:\n\n", p.Setting.Label, p.Name)
	for _, c := range p.Categories {
		fmt.Fprintf(io.out, "  %-28s %s\n", c.Name, c.Doc)
	}
	fmt.Fprintf(io.out, "\nIt is never sent around the hour, less than %d bytes an hour, and the choice affects no feature of the product.\n"+
		"Serial numbers and licence information are sent as they are. `usagedata preview` shows the document.\n\nUpdate or Cancel? ", p.Limits.Hour)
	answer, _ := bufio.NewReader(io.in).ReadString('\n')
	if strings.EqualFold(strings.TrimSpace(answer), "update") {
		return nil
	}
	return exit{usage.WithHint(errors.New("cancelled: the decision stays as it is"), "type the word Update, or use --yes in scripts"), exitNotAllowed}
}

func (r records) decide(out io.Writer, choice consent.Choice, by string) error {
	d := consent.Decision{Choice: choice, Time: time.Now(), Actor: actor(by), Way: "command"}
	if err := cycle.Decide(d, r.files, r.spool, r.journal); err != nil {
		return failed(err)
	}
	_, err := fmt.Fprintln(out, status.Sentence(d))
	return err
}

// actor is who decided: the name given, else the person behind sudo, else the user.
func actor(by string) string {
	if by != "" {
		return by
	}
	if name := os.Getenv("SUDO_USER"); name != "" {
		return name
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return fmt.Sprint("user ", os.Getuid())
}
