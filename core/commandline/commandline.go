// Package commandline is what the host and the vendor's receiver share at a terminal: how an error
// looks, what a wrong command line gets, and how help is wrapped.
package commandline

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"polycom.com/usagedata/core/usage"
)

// Width is the default width of a terminal, to which help is wrapped.
const Width = 80

// Example is a description and a command line.
type Example [2]string

// PrintError prints an error in the uniform style: what failed, on what, why, in one line. Further
// errors follow, each on an indented line of its own. The hint is the last line: that of the error, or
// else the given one, if it is not empty.
func PrintError(to io.Writer, program string, err error, hint string) {
	fmt.Fprintln(to, program+":", strings.ReplaceAll(usage.Plain(err), "\n", "\n  "))
	if hint = cmp.Or(usage.HintOf(err), hint); hint != "" {
		fmt.Fprintln(to, "hint:", hint)
	}
}

// NoCommand is what a program runs without a command. It returns an error about one that does not
// exist, with the most similar one.
func NoCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return c.Help()
	}
	root := c.Root()
	hint := fmt.Sprintf("`%s --help` lists the commands", root.Name())
	root.SuggestionsMinimumDistance = 2 // wrong or exchanged letters
	if near := root.SuggestionsFor(args[0]); len(near) > 0 {
		hint = fmt.Sprintf("did you mean `%s %s`? %s", root.Name(), near[0], hint)
	}
	return usage.WithHint(fmt.Errorf("%q is not a command", args[0]), hint)
}

// NoArguments returns an error if there are arguments.
func NoArguments(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usage.WithHint(fmt.Errorf("%s takes no arguments, got %q", c.Name(), args[0]), usageHint(c))
}

// OneArgument requires the argument that the command's use names.
func OneArgument(c *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	_, name, _ := strings.Cut(c.Use, " ")
	return usage.WithHint(fmt.Errorf("%s takes one argument, %s", c.Name(), name), usageHint(c))
}

func usageHint(c *cobra.Command) string {
	return fmt.Sprintf("`%s --help` shows its usage", c.CommandPath())
}

// WrongFlag returns pflag's message in plain words. For an invalid value, pflag shows the error of one
// of Go's functions.
func WrongFlag(c *cobra.Command, err error) error {
	var value *pflag.InvalidValueError
	if errors.As(err, &value) {
		err = fmt.Errorf("--%s takes no value, got %q", value.GetFlag().Name, value.GetValue())
	} else {
		err = usage.PlainFlag(err)
	}
	return usage.WithHint(err, FlagHint(c))
}

// FlagHint is the hint of an error about a flag.
func FlagHint(c *cobra.Command) string {
	return fmt.Sprintf("`%s --help` lists the flags", c.CommandPath())
}

// HelpCommand is cobra's, except that an unknown command is an error.
func HelpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "show the help of a command",
		Args:  cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			found, _, err := c.Root().Find(args)
			if err != nil || len(args) > 0 && found == c.Root() {
				return NoCommand(c.Root(), args)
			}
			return found.Help()
		},
	}
}

// Guide adds the examples to each command, and wraps what its help says.
func Guide(root *cobra.Command, examples func(command string) []Example) {
	template := strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages ", fmt.Sprintf(".FlagUsagesWrapped %d ", Width))
	root.SetUsageTemplate(strings.Replace(template, "\n  {{.CommandPath}} [command]", "", 1)) // the line above shows it
	root.DisableFlagsInUseLine = true
	root.Long = Wrapped(root.Long, "")
	for _, c := range Shown(root) {
		c.Long = Wrapped(c.Long, "")
		var lines []string
		for _, e := range examples(c.Name()) {
			lines = append(lines, WrappedTo(Width-8, e[0], "  # "), "  "+e[1]) // a page is indented
		}
		c.Example = strings.Join(lines, "\n")
	}
}

// Shown returns the commands that help and manual describe.
func Shown(root *cobra.Command) (all []*cobra.Command) {
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() && c.Name() != "help" {
			all = append(all, c)
		}
	}
	return all
}

// Wrapped breaks paragraphs at spaces to the width of a terminal, and indents each line.
func Wrapped(text, indent string) string { return WrappedTo(Width, text, indent) }

// WrappedTo is [Wrapped] for another width.
func WrappedTo(columns int, text, indent string) string {
	var out []string
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		var lines []string
		line := indent
		for word := range strings.FieldsSeq(paragraph) {
			if line != indent && len(line)+1+len(word) > columns {
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
