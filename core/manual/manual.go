// Package manual writes the manual pages of a program from its commands and its guide. Only builds
// with the tag manual link it, because an installed program has its pages already.
package manual

import (
	"bytes"
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

// Manual is the manual of a version of a program.
type Manual struct {
	Program, Version string
	Section          string // of its commands: 1 or 8
	Folder           string // to which the pages are written
	Date             time.Time
}

// SourceDate parses the version's own date, so that two builds of one version are identical, whenever
// they are made.
func SourceDate(seconds string) (time.Time, error) {
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}, usage.WithHint(errors.New("write the manual: SOURCE_DATE_EPOCH is not a number of seconds"),
			"`make manuals` sets it to the date of the version")
	}
	return time.Unix(n, 0).UTC(), nil
}

// Write writes the pages of a program into the folder, and makes the folder: a page for each command,
// and one for the program, with the guide in it. A crash leaves some of the files; run it again.
func (m Manual) Write(root *cobra.Command, commands []*cobra.Command, guide string) error {
	if err := os.MkdirAll(m.Folder, 0o755); err != nil {
		return fmt.Errorf("make the manual's folder: %w", err)
	}
	root.DisableAutoGenTag = true
	root.Long = strings.Join([]string{root.Long, m.commandList(commands), Sections(guide)}, "\n\n")
	err := m.page(root, m.Section)
	for _, c := range commands {
		err = errors.Join(err, m.page(c, m.Section))
	}
	return err
}

// WriteFile writes the page of a file that the program reads, such as a configuration.
func (m Manual) WriteFile(name, short, text string) error {
	return m.page(&cobra.Command{Use: name, Short: short, Long: text, DisableAutoGenTag: true,
		DisableFlagsInUseLine: true}, "5")
}

func (m Manual) page(c *cobra.Command, section string) error {
	var page bytes.Buffer
	header := &doc.GenManHeader{Section: section, Date: &m.Date, Source: m.Program + " " + m.Version, Manual: m.Program}
	if err := doc.GenMan(c, header, &page); err != nil {
		return fmt.Errorf("write the page of %s: %w", c.CommandPath(), err)
	}
	name := strings.ReplaceAll(c.CommandPath(), " ", "-") + "." + section
	return os.WriteFile(filepath.Join(m.Folder, name), []byte(corrected(page.String(), m.Date)), 0o644)
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
func (m Manual) commandList(commands []*cobra.Command) string {
	list := "# COMMANDS\nEach has a page of its own."
	for _, c := range commands {
		list += fmt.Sprintf("\n\n**%s**(%s)\n: %s", strings.ReplaceAll(c.CommandPath(), " ", "-"), m.Section, c.Short)
	}
	return list
}

var (
	tableHead = regexp.MustCompile(`(?m)^\|.*\|\n\|[-|]+\|\n`)
	tableRow  = regexp.MustCompile(`(?m)^\| (.+?) \| (.+) \|$`)
)

// Sections returns the guide's sections, each with a heading of the first level. Tables become lists,
// because a manual page is narrower than they are.
func Sections(guide string) string {
	_, after, _ := strings.Cut(guide, "\n## ")
	after = tableHead.ReplaceAllString("# "+strings.ReplaceAll(after, "\n## ", "\n# "), "")
	return tableRow.ReplaceAllStringFunc(after, func(row string) string {
		cells := tableRow.FindStringSubmatch(row)
		return cells[1] + "\n: " + strings.ReplaceAll(cells[2], " | ", ". ") + "\n"
	})
}
