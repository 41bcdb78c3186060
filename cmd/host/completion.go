package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// setCompletions sets the completions that a shell offers after each command: its words, files if
// it takes one, and nothing otherwise.
func setCompletions(root *cobra.Command) {
	completeNoFiles(root.PersistentFlags(), root)
	_ = root.MarkPersistentFlagFilename("config", "yaml", "yml") // fails only if there is no such flag
	root.ValidArgsFunction = cobra.NoFileCompletions
	for _, c := range root.Commands() {
		c.ValidArgsFunction = completeArgument(c.ValidArgs, c.Use)
		c.ValidArgs = nil
		completeNoFiles(c.Flags(), c)
	}
}

// completeNoFiles keeps a shell from offering files after a flag that takes a text. If a flag takes
// a folder, its usage says so.
func completeNoFiles(flags *pflag.FlagSet, c *cobra.Command) {
	flags.VisitAll(func(f *pflag.Flag) {
		if takes, _ := pflag.UnquoteUsage(f); takes == "folder" {
			_ = c.MarkFlagDirname(f.Name)
		} else if takes != "file" {
			_ = c.RegisterFlagCompletionFunc(f.Name, cobra.NoFileCompletions)
		}
	})
}

// completeArgument completes the first argument of a command: with its words, or as its use names
// it, with a zip archive, a folder or a file.
func completeArgument(known []string, use string) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		switch {
		case len(args) > 0:
			return nil, cobra.ShellCompDirectiveNoFileComp
		case strings.HasSuffix(use, ".zip"):
			return []string{"zip"}, cobra.ShellCompDirectiveFilterFileExt
		case strings.HasSuffix(use, "FOLDER"):
			return nil, cobra.ShellCompDirectiveFilterDirs
		case strings.HasSuffix(use, " FILE"):
			return nil, cobra.ShellCompDirectiveDefault
		}
		return known, cobra.ShellCompDirectiveNoFileComp
	}
}
