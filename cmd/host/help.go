package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// width is the default width of a terminal, to which help is wrapped.
const width = 80

// example is a command line with a description. A test runs all of them.
type example struct{ Why, Command string }

// groups are the headings under which help and manual list the commands.
var groups = []*cobra.Group{
	{ID: "decide", Title: "Decide:"}, {ID: "look", Title: "Look:"}, {ID: "run", Title: "Run:"},
	{ID: "package", Title: "For installers and packagers:"},
}

// guides give the heading and the examples of each command.
var guides = map[string]struct {
	group    string
	examples []example
}{
	"consent": {"decide", []example{
		{"Say what is decided, and by whom.", "usagedata consent"},
		{"Allow, after having looked at `usagedata preview`.", `usagedata consent allow --yes --by "an administrator"`},
		{"Change your mind; nothing leaves any more.", "usagedata consent deny"},
	}},
	"identity": {"decide", []example{
		{"Say since when the pseudonyms have been the same.", "usagedata identity"},
		{"Let nothing that is sent from now on be linked to what was sent.", "usagedata identity renew --yes"},
	}},
	"web": {"decide", []example{
		{"Show the page in a browser of this appliance.", "usagedata web"},
		{"On the address to which a tunnel of ssh leads.", "usagedata web --listen 127.0.0.1:9000"},
	}},
	"dictionary": {"look", []example{{"Keep every field that can leave, with its reason and treatment, as a page.",
		"usagedata dictionary > dictionary.md"}}},
	"schema": {"look", []example{{"Keep it for a program that reads documents.", "usagedata schema > schema.json"}}},
	"preview": {"look", []example{
		{"See what would be sent now.", "usagedata preview"},
		{"With the fields that a newer profile added and nobody has accepted yet.", "usagedata preview --accepting"},
	}},
	"status": {"look", []example{
		{"See whether it is sent, and when next.", "usagedata status"},
		{"The same for a program.", "usagedata status --json"},
	}},
	"check": {"look", []example{
		{"Find which part does not work.", "usagedata check"},
		{"The same for a program.", "usagedata check --json"},
	}},
	"logs": {"look", []example{{"Take along what happened, for somebody who looks after it.",
		"usagedata logs usagedata.zip"}}},
	"run": {"run", []example{
		{"The service, as a unit of systemd starts it.", "usagedata run"},
		{"One clock hour of it, as a timer starts it.", "usagedata run --once"},
	}},
	"send": {"run", []example{
		{"Send now, and not only in the next hour.", "usagedata send"},
		{"The outcome for a program.", "usagedata send --json"},
	}},
	"api": {"run", []example{{"Answer the product's own page, where no service stays.", "usagedata api"}}},
	"plugin": {"run", []example{
		{"See how the plugin's starts ended.", "usagedata plugin"},
		{"Let one that is set aside run again, once what kept it from working is mended.", "usagedata plugin retry"},
	}},
	"eula": {"package", []example{
		{"Say which agreement was accepted.", "usagedata eula"},
		{"Record that it was, with the choice that was made with it.",
			`usagedata eula accept --version 2.1 --allow --by "an installer"`},
	}},
	"products": {"package", []example{{"See what is installed, and which of it is selected.", "usagedata products"}}},
	"timer":    {"package", []example{{"Write the timer's drop-in.", "usagedata timer > slot.conf"}}},
	"version":  {"package", []example{{"For a program.", "usagedata version --json"}}},
}

// guide puts each command under its heading, with its examples, and wraps what its help says.
func guide(root *cobra.Command) {
	root.AddGroup(groups...)
	root.SetHelpCommandGroupID("look")
	template := strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages ", fmt.Sprintf(".FlagUsagesWrapped %d ", width))
	root.SetUsageTemplate(strings.Replace(template, "\n  {{.CommandPath}} [command]", "", 1)) // the line above shows it
	root.DisableFlagsInUseLine = true
	root.Long = wrapped(root.Long, "")
	for _, c := range shown(root) {
		g := guides[c.Name()]
		c.GroupID = g.group
		c.Long = wrapped(c.Long, "")
		var lines []string
		for _, e := range g.examples {
			lines = append(lines, wrappedTo(width-8, e.Why, "  # "), "  "+e.Command) // a page is indented
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

// wrapped breaks paragraphs at spaces to the width of a terminal, and indents each line.
func wrapped(text, indent string) string { return wrappedTo(width, text, indent) }

func wrappedTo(most int, text, indent string) string {
	var out []string
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		var lines []string
		line := indent
		for word := range strings.FieldsSeq(paragraph) {
			if line != indent && len(line)+1+len(word) > most {
				lines, line = append(lines, line), indent
			}
			if line != indent {
				line += " "
			}
			line += word
		}
		out = append(out, strings.Join(append(lines, line), "\n"))
	}
	return strings.Join(out, "\n\n")
}
