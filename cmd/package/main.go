// Command package makes the packages of an appliance, .deb and .rpm: `usagedata`, the host with its
// units, manual and schema, and `usagedata-plugin-<product>`, one product's folder. The same
// program packages a product of another repository, given its folder, and the vendor's receiver,
// `usagedata-collect`.
//
// Its output depends only on its input: the same files, version and date give the same bytes,
// wherever and whenever they are made.
package main

import (
	"fmt"
	"os"
	"regexp"
	"time"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/usage"
)

// order holds the options that both kinds of package share.
type order struct {
	Arch    string // amd64, arm64
	Version string // the version that the programs were built with
	Date    string // of the newest change, RFC 3339: the time of every file
	License string // a file: the text of the license of what is packaged
	Out     string // the folder to write to
}

func main() {
	if err := newCommand().Execute(); err != nil {
		fmt.Fprintln(os.Stderr, "package:", err)
		if hint := usage.HintOf(err); hint != "" {
			fmt.Fprintln(os.Stderr, "hint:", hint)
		}
		os.Exit(2)
	}
}

func newCommand() *cobra.Command {
	var o order
	root := &cobra.Command{
		Use: "package", Short: "make the packages of an appliance, .deb and .rpm", SilenceErrors: true,
		SilenceUsage: true,
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return usage.WithHint(usage.PlainFlag(err), helpHint)
	})
	root.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return c.Help()
		}
		return usage.WithHint(fmt.Errorf("%q is not a command", args[0]), helpHint)
	}
	root.Args = cobra.ArbitraryArgs
	root.PersistentFlags().StringVar(&o.Arch, "arch", "amd64", "architecture of the programs, amd64 or arm64")
	root.PersistentFlags().StringVar(&o.Version, "version", "",
		"`version` of the packages, with which the programs were built")
	root.PersistentFlags().StringVar(&o.Date, "date", "",
		"`time` of the newest change, RFC 3339; every file in the package gets it")
	root.PersistentFlags().StringVar(&o.License, "license", "", "`file` with the text of the license")
	root.PersistentFlags().StringVar(&o.Out, "out", "dist", "`folder` to write to")
	root.AddCommand(hostCommand(&o), productCommand(&o), collectCommand(&o), checkCommand(&o))
	return root
}

const helpHint = "`package --help` lists the commands, and `package COMMAND --help` the flags of one"

// oneFolder accepts a product's folder as the only argument.
func oneFolder(c *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	return usage.WithHint(fmt.Errorf("%s takes one argument, the product's folder", c.Name()), helpHint)
}

// noArguments accepts flags only.
func noArguments(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usage.WithHint(fmt.Errorf("%s takes no arguments, got %q", c.Name(), args[0]), helpHint)
}

func hostCommand(o *order) *cobra.Command {
	var from hostParts
	c := &cobra.Command{
		Use: "host", Short: "make the package usagedata", Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			if err := o.check(); err != nil {
				return err
			}
			return o.make(from.contents)
		},
	}
	c.Flags().StringVar(&from.Binary, "binary", "", "the host's `program`")
	c.Flags().StringVar(&from.Manuals, "manuals", "",
		"the `folder` with its manual and completions, as `make manuals` writes them")
	c.Flags().StringVar(&from.Schema, "schema", "", "`file` with the document's JSON Schema")
	c.Flags().StringVar(&from.Changelog, "changelog", "", "`file` with the changes")
	c.Flags().StringVar(&from.Guide, "guide", "",
		"`file` with the administrator's guide; its examples are in the same folder")
	c.Flags().StringVar(&from.Protocol, "protocol", "",
		"`file` with the page for a collection point; its examples are in the same folder")
	return c
}

func productCommand(o *order) *cobra.Command {
	var from productParts
	c := &cobra.Command{
		Use: "product FOLDER",
		Short: "make the package usagedata-plugin-<product>, from a folder with profile.yaml and plugin, or with a " +
			"Makefile that builds them",
		Args: oneFolder,
		RunE: func(_ *cobra.Command, args []string) error {
			from.Folder = args[0]
			err := from.checkFolder()
			complete := *o
			if err == nil {
				complete, err = o.dated(from.Folder)
			}
			if err == nil {
				err = complete.check()
			}
			if err != nil {
				return err
			}
			return complete.make(from.contents)
		},
	}
	c.Flags().StringVar(&from.FIPS, "fips", "",
		"require a plugin built with Go's validated cryptographic module of this `version`")
	c.Flags().StringVar(&from.Host, "host", "0.1.0", "oldest `version` of the host with which the product works")
	from.keys(c)
	return c
}

func checkCommand(o *order) *cobra.Command {
	var from productParts
	c := &cobra.Command{
		Use: "check FOLDER", Short: "check the product's folder, the key and the results before a build",
		Args: oneFolder,
		RunE: func(_ *cobra.Command, args []string) error {
			from.Folder = args[0]
			return from.checkInputs(o.Arch)
		},
	}
	from.keys(c)
	return c
}

func (f *productParts) keys(c *cobra.Command) {
	c.Flags().StringVar(&f.Key, "key", "", "sign the folder with the minisign secret key in this `file`")
	c.Flags().StringVar(&f.PasswordFile, "password-file", "",
		"`file` with the secret key's password in one line")
	c.Flags().StringArrayVar(&f.Results, "result", nil,
		"require that this result.json of the conformance suite, a `file`, says that exactly this product conforms; "+
			"again for another architecture")
	c.Flags().StringVar(&f.ResultKey, "result-key", "",
		"require that the minisign key whose public half is in this `file` signed the results")
}

// versionText matches a version that both package managers, and file names, accept.
var versionText = regexp.MustCompile(`^[0-9][0-9A-Za-z.+~-]{0,99}$`)

func (o order) check() error {
	if !versionText.MatchString(o.Version) {
		return usage.WithHint(fmt.Errorf("%q is not a valid version", o.Version),
			"a version begins with a digit and has letters, digits, and . + ~ -; set it with VERSION=1.2.0 of make "+
				"or --version of this program")
	}
	_, err := o.date()
	return err
}

func (o order) date() (time.Time, error) {
	date, err := time.Parse(time.RFC3339, o.Date)
	if err != nil {
		return date, fmt.Errorf("--date must be a time such as 2026-03-01T12:00:00Z")
	}
	return date.UTC(), nil
}
