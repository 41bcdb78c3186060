package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func versionCommand(std streams) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "print the version",
		Long:  "Prints the version of this program.",
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(std.out, "usagedata-collect", version)
			return failed(err)
		},
	}
}
