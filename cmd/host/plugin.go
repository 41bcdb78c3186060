package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/quarantine"
	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/usage"
)

func pluginCommand(path *string, std streams) *cobra.Command {
	var by person
	var asJSON bool
	c := &cobra.Command{
		Use:   "plugin [retry]",
		Short: "show how the plugin's starts ended, or let it run again",
		Long: fmt.Sprintf("Shows how the starts of the installed plugin have ended. A plugin that fails %d times in "+
			"a row is set aside: it is not started until another one is installed. `plugin retry` clears its "+
			"failures; the next cycle or `usagedata check` then starts it.", quarantine.MaxFailures),
		ValidArgs: []string{"retry"},
		Args:      cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			by := by.actor() // before root becomes another user
			switch {
			case len(args) == 0:
				return showPlugin(*path, std, asJSON)
			case len(args) == 1 && args[0] == "retry":
				return retry(*path, std, by, asJSON)
			}
			return usage.WithHint(fmt.Errorf("plugin takes no argument except retry, got %q", strings.Join(args, " ")),
				"`usagedata plugin` alone shows how its starts have ended")
		},
	}
	byFlag(c, &by, "retry")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, for programs")
	return c
}

func showPlugin(path string, std streams, asJSON bool) error {
	s, err := openToLook(path, std)
	if err != nil {
		return err
	}
	return s.showPlugin(std.out, asJSON)
}

func (s *service) showPlugin(out io.Writer, asJSON bool) error {
	now := s.clock.Now()
	if asJSON {
		return writeJSON(out, status.LookAtPlugin(s.stores.Quarantine, now))
	}
	state, err := s.stores.Quarantine.Look(now)
	if err != nil {
		return failed(err)
	}
	_, err = fmt.Fprintf(out, "plugin %s\n%s\n", state, status.Today(state))
	return err
}

// retry records the decision first: if it crashes after that, the decision was not carried out, and
// the administrator must repeat the command.
func retry(path string, std streams, by string, asJSON bool) error {
	s, err := open(path, std)
	if err != nil {
		return err
	}
	now, record := s.clock.Now(), s.stores.Quarantine
	binary := quarantine.Binary(s.settings.Installed.Sum)
	line := journal.Entry{Time: now, Outcome: journal.Restored, Actor: by, Reason: "the plugin may run again: " +
		binary.String()}
	if err := s.stores.Journal.Record(line); err != nil {
		return unwritten(s.stores.Hinted(err))
	}
	if err := record.Retry(now); err != nil {
		return unwritten(s.stores.Hinted(err))
	}
	if asJSON {
		return s.showPlugin(std.out, asJSON)
	}
	_, err = fmt.Fprintf(std.out, "plugin %s may run again: the next cycle starts it\n", binary)
	return err
}
