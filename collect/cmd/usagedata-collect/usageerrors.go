package main

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

// printError prints an error like the host's commands: what failed, on what, why, in one line. Further
// errors follow, each on an indented line of its own. The hint is the last line; a usage error always
// has one.
func printError(to io.Writer, err error, code int) {
	fmt.Fprintln(to, "usagedata-collect:", strings.ReplaceAll(usage.Plain(err), "\n", "\n  "))
	hint := usage.HintOf(err)
	if code == exitUsage {
		hint = cmp.Or(hint, "`man usagedata-collect` describes the commands, and `man usagedata-collect.yaml` the "+
			"configuration")
	}
	if hint != "" {
		fmt.Fprintln(to, "hint:", hint)
	}
}

func noCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return c.Help()
	}
	hint := "`usagedata-collect --help` lists the commands"
	c.Root().SuggestionsMinimumDistance = 2 // wrong or exchanged letters
	if near := c.Root().SuggestionsFor(args[0]); len(near) > 0 {
		hint = fmt.Sprintf("did you mean `usagedata-collect %s`? %s", near[0], hint)
	}
	return usage.WithHint(fmt.Errorf("%q is not a command", args[0]), hint)
}

func noArguments(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usage.WithHint(fmt.Errorf("%s takes no arguments, got %q", c.Name(), args[0]), usageHint(c))
}

// oneArgument requires the argument that the command's use names.
func oneArgument(c *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	_, name, _ := strings.Cut(c.Use, " ")
	return usage.WithHint(fmt.Errorf("%s takes one argument, %s", c.Name(), name), usageHint(c))
}

func usageHint(c *cobra.Command) string {
	return fmt.Sprintf("`%s --help` shows its usage", c.CommandPath())
}

// wrongFlag returns pflag's message in plain words. For an invalid value, pflag shows the error of one
// of Go's functions.
func wrongFlag(c *cobra.Command, err error) error {
	var value *pflag.InvalidValueError
	if errors.As(err, &value) {
		err = fmt.Errorf("--%s takes no value %q", value.GetFlag().Name, value.GetValue())
	} else {
		err = usage.PlainFlag(err)
	}
	return usage.WithHint(err, usageHint(c))
}

// helpCommand is cobra's, except that an unknown command is an error.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "show the help of a command",
		Args:  cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			found, _, err := c.Root().Find(args)
			if err != nil || len(args) > 0 && found == c.Root() {
				return noCommand(c.Root(), args)
			}
			return found.Help()
		},
	}
}
