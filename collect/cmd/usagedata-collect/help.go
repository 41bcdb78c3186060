package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// width is the default width of a terminal, to which help is wrapped.
const width = 80

// example is a command line with a description.
type example struct{ Why, Command string }

// examples are those of each command.
var examples = map[string][]example{
	"try":     {{"Receive on this machine, with a new authority and certificate.", "usagedata-collect try /tmp/try"}},
	"receive": {{"Receive as the configuration says.", "usagedata-collect receive"}},
	"verify":  {{"Check all that is stored.", "usagedata-collect verify"}},
	"show":    {{"Print a document.", "usagedata-collect show dma-20260301T1300Z-8w3sz6m0k4q2c7v9x5b1n3j6h8"}},
	"import":  {{"Store what was brought from a site without a network.", "usagedata-collect import site.export"}},
	"expire":  {{"Remove what is past its retention.", "usagedata-collect expire"}},
	"check":   {{"Find a part that does not work.", "usagedata-collect check"}},
	"version": {{"Print the version.", "usagedata-collect version"}},
}

// guide adds the examples to each command, and wraps its help.
func guide(root *cobra.Command) {
	template := strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages ", fmt.Sprintf(".FlagUsagesWrapped %d ", width))
	root.SetUsageTemplate(strings.Replace(template, "\n  {{.CommandPath}} [command]", "", 1)) // the line above shows it
	root.DisableFlagsInUseLine = true
	root.Long = wrapped(root.Long, width, "")
	for _, c := range shown(root) {
		c.Long = wrapped(c.Long, width, "")
		var lines []string
		for _, e := range examples[c.Name()] {
			lines = append(lines, wrapped(e.Why, width-8, "  # "), "  "+e.Command) // a page is indented
		}
		c.Example = strings.Join(lines, "\n")
	}
}

// shown returns the commands that help and manual describe.
func shown(root *cobra.Command) (all []*cobra.Command) {
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() && c.Name() != "help" {
			all = append(all, c)
		}
	}
	return all
}

// wrapped breaks a paragraph at spaces, and indents each line.
func wrapped(text string, columns int, indent string) string {
	var lines []string
	line := indent
	for word := range strings.FieldsSeq(text) {
		if line != indent && len(line)+1+len(word) > columns {
			lines, line = append(lines, line), indent
		}
		if line != indent {
			line += " "
		}
		line += word
	}
	return strings.Join(append(lines, line), "\n")
}
