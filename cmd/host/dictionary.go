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
		Short: "the data dictionary of the selected product, as Markdown",
		Long: "Prints every field that can leave the appliance: what it says, why it is collected, how it is " +
			"treated, with an example. It is made from the installed profile, which is what the host enforces, " +
			"with this appliance's collection point.",
		RunE: func(*cobra.Command, []string) error {
			p, err := described(*path, folder)
			if err != nil {
				return err
			}
			return writePage(std.out, p)
		},
	}
	c.Flags().StringVar(&folder, "profile", "",
		"print that of the profile.yaml in `folder`, which need not be installed, instead")
	return c
}

// described returns the profile to print: that of a folder, for its authors and reviewers, or else
// the selected product's.
func described(path, folder string) (profile.Profile, error) {
	if folder != "" {
		p, err := profile.Load(folder)
		return p, usage.WithHint(err, "--profile takes the folder that holds profile.yaml")
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
