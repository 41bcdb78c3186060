//go:build manual

package main

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"polycom.com/usagedata/core/usage"
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
			date, err := sourceDate(os.Getenv("SOURCE_DATE_EPOCH"))
			if err != nil {
				return err
			}
			return failed(writeManual(c.Root(), args[0], date))
		},
	}}
}

// sourceDate parses the version's own date, so that two builds of one version are identical,
// whenever they are made.
func sourceDate(seconds string) (time.Time, error) {
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}, usage.WithHint(errors.New("write the manual: SOURCE_DATE_EPOCH is not a number of seconds"),
			"`make manuals` sets it to the date of the version")
	}
	return time.Unix(n, 0).UTC(), nil
}

// writeManual writes the pages into a folder, and makes the folder. A crash leaves some of the
// files; run it again.
func writeManual(root *cobra.Command, folder string, date time.Time) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("make the manual's folder: %w", err)
	}
	root.DisableAutoGenTag = true
	root.Long = strings.Join([]string{root.Long, commandList(root), sections(readme)}, "\n\n")
	err := writeManPage(root, folder, date)
	for _, c := range shown(root) {
		err = errors.Join(err, writeManPage(c, folder, date))
	}
	return errors.Join(err, root.GenBashCompletionFileV2(filepath.Join(folder, "usagedata.bash"), true),
		root.GenZshCompletionFile(filepath.Join(folder, "_usagedata")),
		root.GenFishCompletionFile(filepath.Join(folder, "usagedata.fish"), true))
}

func writeManPage(c *cobra.Command, folder string, date time.Time) error {
	var page bytes.Buffer
	header := &doc.GenManHeader{Date: &date, Source: "usagedata " + version, Manual: "usagedata"}
	if err := doc.GenMan(c, header, &page); err != nil {
		return fmt.Errorf("write the page of %s: %w", c.CommandPath(), err)
	}
	name := strings.ReplaceAll(c.CommandPath(), " ", "-") + ".1"
	return os.WriteFile(filepath.Join(folder, name), []byte(corrected(page.String(), date)), 0o644)
}

var (
	option       = regexp.MustCompile(`(?m)^(?:\.PP\n)?(\\fB-.*)\n\t`)
	emptyDefault = regexp.MustCompile(`(\\fB--[a-z-]+\\fP)(?:\[=false\]|="")`)
)

// corrected corrects the parts of cobra's output that mandoc objects to: a date without a day, and
// options that are not a list; and those that hinder a reader: the defaults `[=false]` and `=""`,
// and hyphens that cannot be pasted into a shell.
func corrected(page string, date time.Time) string {
	page = strings.Replace(page, date.Format(`"Jan 2006"`), date.Format(`"2006-01-02"`), 1)
	page = option.ReplaceAllString(page, ".TP\n$1\n")
	page = emptyDefault.ReplaceAllString(page, "$1")
	return strings.ReplaceAll(page, "--", `\-\-`)
}

// commandList returns a section that describes each command in a line.
func commandList(root *cobra.Command) string {
	list := "# COMMANDS\nEach has a page of its own."
	for _, c := range shown(root) {
		list += fmt.Sprintf("\n\n**%s**(1)\n: %s", strings.ReplaceAll(c.CommandPath(), " ", "-"), c.Short)
	}
	return list
}

var (
	tableHead = regexp.MustCompile(`(?m)^\|.*\|\n\|[-|]+\|\n`)
	tableRow  = regexp.MustCompile(`(?m)^\| (.+?) \| (.+) \|$`)
)

// sections returns the guide's sections, each with a heading of the first level. Tables become
// lists, because a manual page is narrower than they are.
func sections(guide string) string {
	_, after, _ := strings.Cut(guide, "\n## ")
	after = tableHead.ReplaceAllString("# "+strings.ReplaceAll(after, "\n## ", "\n# "), "")
	return tableRow.ReplaceAllStringFunc(after, func(row string) string {
		cells := tableRow.FindStringSubmatch(row)
		return cells[1] + "\n: " + strings.ReplaceAll(cells[2], " | ", ". ") + "\n"
	})
}
