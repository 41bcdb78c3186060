package main

import (
	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/document"
)

func schemaCommand(path *string, std streams) *cobra.Command {
	var folder string
	c := &cobra.Command{
		Use:   "schema",
		Short: "print the JSON Schema of the selected product's documents",
		Long: "Prints a JSON Schema (draft 2020-12) that each document of the product satisfies. It is made from the " +
			"installed profile: its categories and fields, the words of closed lists, and the bounds that the host " +
			"enforces. You can generate programs that read documents from it.",
		RunE: func(*cobra.Command, []string) error {
			p, err := selectedProfile(*path, folder)
			if err != nil {
				return err
			}
			text, err := document.SchemaOf(p)
			if err != nil {
				return failed(err)
			}
			_, err = std.out.Write(text)
			return err
		},
	}
	c.Flags().StringVar(&folder, "profile", "",
		"use the profile.yaml in `folder`, which need not be installed")
	return c
}
