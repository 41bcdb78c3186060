package main

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"polycom.com/usagedata/core/config"
)

// option is a flag as a page tells it.
type option struct{ Name, Takes, Means string }

// codeMeaning and file are lines of the pages' tables.
type codeMeaning struct {
	Code  int
	Means string
}

type file struct{ Path, Holds string }

// codes are public interface, see main.go.
var codes = []codeMeaning{
	{exitOK, "Done, accepted, or nothing to do."},
	{exitUsage, "Wrong usage or configuration; the message says which, `hint:` what to do."},
	{exitDeferred, "Deferred: the window is closed, or the bytes of the clock hour are spent."},
	{exitFailed, "Failed; the service tries again by itself."},
	{exitRejected, "Rejected by the collection point."},
	{exitNotAllowed, "Not allowed by the customer."},
}

// files are those of an appliance that is configured as it comes.
var files = []file{
	{config.DefaultPath, "The configuration. An unknown key in it is an error."},
	{"/usr/lib/usagedata/products",
		"The installed products, a folder each: profile.yaml says what may leave, plugin reads it, plugin.sha256 is its " +
			"checksum."},
	{"/var/lib/usagedata", "The decision and all earlier ones, the key of the pseudonyms, and documents that wait."},
	{"/var/log/usagedata/analytics.json",
		"Byte for byte the document that was accepted last. A profile or the configuration may name another place."},
	{"/var/log/usagedata/journal.jsonl",
		"A line for each thing that happened: outcome, counts, reasons, and no collected value."},
	{"/var/log/usagedata/usagedata.log", "The service's log."},
	{"/run/usagedata/admin.sock", "The socket at which the service answers the product's own pages."},
}

const generalExits = "Every command ends with one of these. A message on standard error begins with `usagedata:` and " +
	"says what was done, to what, and why it did " +
	"not succeed; where a person can do something about it, a line that begins with `hint:` says what. With `--json` " +
	"errors are told the same way, and standard " +
	"output is JSON or empty."

const longRoot = "Reads once an hour what the product's profile lists, makes anonymous what identifies the customer, " +
	"and sends it over TLS to the vendor's collection " +
	"point: only while an administrator allows it, never from five minutes before to five minutes after the local clock " +
	"hour, and less than 100,000 bytes an " +
	"hour. The choice affects no feature of the product."

// manPage is what the templates take.
type manPage struct {
	Date, Version, Title, Name, Short, Long, Exits string
	Arguments, SeeAlso                             []string
	Flags                                          []option
	Examples                                       []example
	Groups                                         []groupOfCommands
	Codes                                          []codeMeaning
	Files                                          []file
	Configuration                                  []string
}

type groupOfCommands struct {
	Title    string
	Commands []*cobra.Command
}

// commandPage tells of one command.
func commandPage(c *cobra.Command) manPage {
	return manPage{
		Title: strings.ToUpper("usagedata-" + c.Name()), Name: c.Name(), Short: c.Short, Long: cmp.Or(c.Long, c.Short),
		Flags:     options(c.LocalNonPersistentFlags()),
		Arguments: arguments(c.Use), Examples: guides[c.Name()].examples,
		Exits: "0 where it did what it says; all codes are in the page of `usagedata`.",
	}
}

// rootPage tells what all commands have in common, and lists them.
func rootPage(root *cobra.Command) manPage {
	p := manPage{
		Short: root.Short, Long: root.Long, Flags: options(root.PersistentFlags()), Codes: codes, Files: files,
		Configuration: configuration(), Exits: generalExits,
		Examples: []example{{"Decide, having seen what it is about.",
			"usagedata dictionary; usagedata preview; usagedata consent allow"}},
	}
	for _, g := range groups {
		told := groupOfCommands{Title: strings.TrimSuffix(g.Title, ":")}
		for _, c := range shown(root) {
			if c.GroupID == g.ID {
				told.Commands = append(told.Commands, c)
				p.SeeAlso = append(p.SeeAlso, fmt.Sprintf(".Xr usagedata-%s 1 ,", c.Name()))
			}
		}
		p.Groups = append(p.Groups, told)
	}
	slices.Sort(p.SeeAlso)
	p.SeeAlso = append(p.SeeAlso, ".Xr systemd.timer 5")
	return p
}

// shown are the commands that a page is written about.
func shown(root *cobra.Command) (all []*cobra.Command) {
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() && c.Name() != "help" {
			all = append(all, c)
		}
	}
	return all
}

func options(set *pflag.FlagSet) (all []option) {
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		takes, means := pflag.UnquoteUsage(f)
		if f.DefValue != "" && f.DefValue != "false" {
			means += " (default: " + f.DefValue + ")"
		}
		all = append(all, option{f.Name, takes, strings.ToUpper(means[:1]) + means[1:] + "."})
	})
	return all
}

var inBrackets = regexp.MustCompile(`^\[(.*)\]$`)

// arguments are macros for what follows the command's name: [allow|deny], FILE.zip.
func arguments(use string) (macros []string) {
	for _, word := range strings.Fields(use)[1:] {
		if inner := inBrackets.FindStringSubmatch(word); inner != nil {
			macros = append(macros, ".Op Cm "+strings.ReplaceAll(inner[1], "|", " | "))
			continue
		}
		macros = append(macros, ".Ar "+word)
	}
	return macros
}
