package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/config"
	"polycom.com/usagedata/core/dictionary"
	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

func dictionaryCommand(path *string, std streams) *cobra.Command {
	var folder, since string
	var verify bool
	c := &cobra.Command{
		Use:   "dictionary",
		Short: "print the data dictionary of the selected product, as Markdown",
		Long: "Prints every field that can leave the appliance, with its meaning, its purpose, its treatment and an " +
			"example. The page is made from the installed profile, which the host enforces, with this appliance's " +
			"collection point. With --check it prints nothing, and verifies the page and the version that are in a " +
			"plugin's repository, before they are released. With --since it lists how the fields differ from those " +
			"of an earlier profile.",
		RunE: func(*cobra.Command, []string) error {
			if verify {
				return verifyPage(folder, since)
			}
			p, err := selectedProfile(*path, folder)
			if err != nil {
				return err
			}
			if since != "" {
				return writeChanges(std.out, p, since)
			}
			return writePage(std.out, p)
		},
	}
	c.Flags().StringVar(&folder, "profile", "",
		"use the profile.yaml in `folder`, which need not be installed")
	c.Flags().BoolVar(&verify, "check", false,
		"verify that dictionary.md in the folder of --profile is the page of its profile.yaml")
	c.Flags().StringVar(&since, "since", "",
		"list how the fields differ from the profile.yaml in `folder`, which is that of an earlier release; with "+
			"--check: verify that the version was raised if one does")
	return c
}

// selectedProfile returns the profile to print: that of a folder, for its authors and reviewers, or
// else the selected product's.
func selectedProfile(path, folder string) (profile.Profile, error) {
	if folder != "" {
		return authorsProfile("profile", folder)
	}
	settings, err := config.Load(path)
	if err != nil {
		return profile.Profile{}, err
	}
	p := settings.Installed.Profile
	p.Analytics = settings.Analytics
	return p, nil
}

// authorsProfile returns the profile in the folder that the flag names.
func authorsProfile(flag, folder string) (profile.Profile, error) {
	if folder == "" {
		return profile.Profile{}, usage.WithHint(errors.New("--"+flag+" is missing"),
			"give the folder of the plugin's source: usagedata dictionary --check --profile .")
	}
	p, err := profile.Load(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return p, usage.WithHint(err, "--"+flag+" takes the folder that contains profile.yaml")
	}
	return p, usage.WithHint(err, "correct profile.yaml: plugins/README.md describes it")
}

func writePage(out io.Writer, p profile.Profile) error {
	page, err := dictionary.Page(p)
	if err != nil {
		return failed(err)
	}
	_, err = fmt.Fprint(out, page)
	return err
}

// writeChanges lists how the fields differ from those of an earlier profile.
func writeChanges(out io.Writer, p profile.Profile, since string) error {
	earlier, err := authorsProfile("since", since)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "profile %d compared with profile %d of %s\n", p.Version, earlier.Version, p.Name)
	var rows table
	for _, c := range dictionary.Changes(p, earlier) {
		rows.row(c.Word, c.Place, c.Says)
	}
	if len(rows.rows) == 0 {
		fmt.Fprintln(out, "every field is the same")
	}
	return rows.write(out)
}

// verifyPage returns an error if the page beside a profile is stale, or if the profile's version was
// not raised since an earlier release.
func verifyPage(folder, since string) error {
	p, err := authorsProfile("profile", folder)
	if err != nil {
		return err
	}
	earlier := p
	if since != "" {
		if earlier, err = authorsProfile("since", since); err != nil {
			return err
		}
	}
	var logo error
	if p.Logo != "" {
		_, logo = product.ReadLogo(folder, p.Logo)
	}
	return failed(errors.Join(verifyVersion(p, earlier), verifyFresh(p, folder), logo))
}

func verifyVersion(p, earlier profile.Profile) error {
	changes := p.Changes(earlier)
	if p.Version > earlier.Version || p.Version == earlier.Version && len(changes) == 0 {
		return nil
	}
	lines := append([]string{fmt.Sprintf("profile version %d is not higher than the released version %d", p.Version,
		earlier.Version)}, changes...)
	return usage.WithHint(errors.New(strings.Join(lines, "\n")),
		"raise `version` in profile.yaml: customers accept the fields of a version")
}

func verifyFresh(p profile.Profile, folder string) error {
	page, err := dictionary.Page(p)
	if err != nil {
		return err
	}
	path := filepath.Join(folder, dictionary.FileName)
	written, err := os.ReadFile(path)
	if err != nil {
		return usage.Cause(err)
	}
	if string(written) != page {
		return usage.WithHint(fmt.Errorf("%s is stale: it is not the page of profile.yaml", path),
			"write it anew: make dictionary")
	}
	return nil
}
