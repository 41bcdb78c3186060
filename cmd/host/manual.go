//go:build manual

package main

import (
	_ "embed"
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/commandline"
	"polycom.com/usagedata/core/manual"
)

// readme is the guide for administrators. The manual page of usagedata contains all of it, because
// an appliance has no other page of ours.
//
//go:embed README.md
var readme string

// packagers returns the commands for building packages. The packages contain the output of
// `manual`, so that the commands and their manual are always from the same build.
func packagers() []*cobra.Command {
	return []*cobra.Command{{
		Use:    "manual FOLDER",
		Short:  "write the manual pages and the shells' completions",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			date, err := manual.SourceDate(os.Getenv("SOURCE_DATE_EPOCH"))
			if err != nil {
				return err
			}
			root, folder := c.Root(), args[0]
			m := manual.Manual{Program: "usagedata", Version: version, Section: "1", Folder: folder, Date: date}
			err = m.Write(root, commandline.Shown(root), readme)
			return failed(errors.Join(err, root.GenBashCompletionFileV2(filepath.Join(folder, "usagedata.bash"), true),
				root.GenZshCompletionFile(filepath.Join(folder, "_usagedata")),
				root.GenFishCompletionFile(filepath.Join(folder, "usagedata.fish"), true)))
		},
	}}
}
