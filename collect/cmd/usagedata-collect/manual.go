//go:build manual

package main

import (
	"errors"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/commandline"
	"polycom.com/usagedata/core/manual"
)

// packagers returns the commands for building packages, as the host has them.
func packagers() []*cobra.Command {
	return []*cobra.Command{{
		Use:    "manual FOLDER GUIDE",
		Short:  "write the manual pages",
		Hidden: true,
		Args:   cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			date, err := manual.SourceDate(os.Getenv("SOURCE_DATE_EPOCH"))
			if err != nil {
				return err
			}
			text, err := os.ReadFile(args[1])
			if err != nil {
				return failed(err)
			}
			guide, keys := keysOf(string(text))
			m := manual.Manual{Program: "usagedata-collect", Version: version, Section: "8", Folder: args[0],
				Date: date}
			return failed(errors.Join(m.Write(c.Root(), commandline.Shown(c.Root()), guide),
				m.WriteFile("usagedata-collect.yaml", "configuration of a receiver of usage data", keys)))
		},
	}}
}

// keysOf takes the section about the configuration out of the guide, and returns the guide without it,
// and the section.
func keysOf(guide string) (rest, keys string) {
	const head = "\n## Configuration\n"
	before, section, _ := strings.Cut(guide, head)
	keys, after, _ := strings.Cut(section, "\n## ")
	return before + "\n## " + after, manual.Sections(head + keys)
}
