package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/decision"
	"polycom.com/usagedata/core/lab"
	"polycom.com/usagedata/core/usage"
)

func labCommand(path *string, std streams) *cobra.Command {
	var by person
	var asJSON bool
	c := &cobra.Command{
		Use:   "lab [on|off]",
		Short: "show or change the mark of a test system",
		Long: "Shows whether this system is marked as a test system, or changes that. The documents of a test system " +
			"say that they come from one, so that they count for no statistics. The mark allows nothing and stops " +
			"nothing; documents that wait stay as they are. `lab: true` in the configuration cannot be changed here.",
		ValidArgs: []string{"on", "off"},
		Args:      cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			by := by.actor() // before root becomes another user
			switch {
			case len(args) == 0:
				return showLab(*path, std, asJSON)
			case len(args) == 1 && (args[0] == "on" || args[0] == "off"):
				return markLab(*path, std, by, args[0] == "on", asJSON)
			}
			return usage.WithHint(fmt.Errorf("lab takes on or off, got %q", strings.Join(args, " ")),
				"`usagedata lab` alone shows the mark")
		},
	}
	byFlag(c, &by, "mark")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, for programs")
	return c
}

func showLab(path string, std streams, asJSON bool) error {
	s, err := openToLook(path, std)
	if err != nil {
		return err
	}
	return printLab(s.stores.Lab.Read(), std, asJSON)
}

func markLab(path string, std streams, by string, on, asJSON bool) error {
	s, err := open(path, std)
	if err != nil {
		return err
	}
	mark := lab.Mark{Lab: on, Time: time.Now(), Actor: by, Way: consent.ByCommand}
	err = decision.MarkLab(mark, s.stores.Records)
	switch {
	case errors.Is(err, lab.ErrConfigured):
		return err
	case err != nil:
		return unwritten(err)
	}
	return printLab(s.stores.Lab.Read(), std, asJSON)
}

func printLab(mark lab.Mark, std streams, asJSON bool) error {
	if asJSON {
		return writeJSON(std.out, mark)
	}
	_, err := fmt.Fprintf(std.out, "test system: %s\n", mark.Sentence(time.Local))
	return err
}
