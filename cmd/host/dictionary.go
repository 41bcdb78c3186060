package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/config"
	"polycom.com/usagedata/core/dictionary"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

func dictionaryCommand(path *string, std streams) *cobra.Command {
	var folder string
	c := &cobra.Command{
		Use:   "dictionary",
		Short: "print the data dictionary of the selected product, as Markdown",
		Long: "Prints every field that can leave the appliance, with its meaning, its purpose, its treatment and an " +
			"example. The page is made from the installed profile, which the host enforces, with this appliance's " +
			"collection point.",
		RunE: func(*cobra.Command, []string) error {
			p, err := selectedProfile(*path, folder)
			if err != nil {
				return err
			}
			return writePage(std.out, p)
		},
	}
	c.Flags().StringVar(&folder, "profile", "",
		"use the profile.yaml in `folder`, which need not be installed")
	return c
}

// selectedProfile returns the profile to print: that of a folder, for its authors and reviewers, or
// else the selected product's.
func selectedProfile(path, folder string) (profile.Profile, error) {
	if folder != "" {
		p, err := profile.Load(folder)
		return p, usage.WithHint(err, "--profile takes the folder that contains profile.yaml")
	}
	settings, err := config.Load(path)
	if err != nil {
		return profile.Profile{}, err
	}
	p := settings.Installed.Profile
	p.Analytics = settings.Analytics
	return p, nil
}

func writePage(out io.Writer, p profile.Profile) error {
	page, err := dictionary.Page(p)
	if err != nil {
		return failed(err)
	}
	_, err = fmt.Fprint(out, page)
	return err
}
