package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/config"
	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/usage"
)

// productLine is one line of the registry in the form that programs read.
type productLine struct {
	ID       string `json:"id"`
	Name     string `json:"name,omitempty"`
	State    string `json:"state"` // installed, announced or unusable
	Selected bool   `json:"selected,omitempty"`
	Profile  int    `json:"profile,omitempty"`
	SHA256   string `json:"sha256,omitempty"`
	Problem  string `json:"problem,omitempty"`
}

func productsCommand(path *string, std streams) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "products",
		Short: "list installed and announced products, with checksums",
		Long: "Lists the installed products, with the version of the profile and the plugin's full checksum, and the " +
			"products that a profile announces for a later release. A product that can't be used is listed with the " +
			"reason. The command changes nothing; `product` in the configuration selects one.",
		RunE: func(*cobra.Command, []string) error {
			settings, err := config.Read(*path)
			if err != nil {
				return err
			}
			entries, err := product.Registry(settings.Products)
			if err != nil {
				return usage.WithHint(err,
					"`products` in the configuration must name the folder; a product's package makes it")
			}
			lines := registryLines(entries, settings.Product)
			if asJSON {
				return writeJSON(std.out, lines)
			}
			return printProducts(std.out, lines)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, for programs")
	return c
}

func registryLines(entries []product.Entry, selected string) []productLine {
	lines := []productLine{}
	for _, e := range entries {
		line := productLine{ID: e.ID, Selected: e.ID == selected && e.Announced == ""}
		switch {
		case e.Announced != "":
			line.Name, line.State = e.Announced, "announced"
		case e.Err != nil:
			line.State, line.Problem = "unusable", e.Err.Error()
		default:
			p := e.Product.Profile
			line.Name, line.State, line.Profile = p.Name, "installed", p.Version
			line.SHA256 = hex.EncodeToString(e.Product.Sum[:])
		}
		lines = append(lines, line)
	}
	return lines
}

func printProducts(out io.Writer, lines []productLine) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "PRODUCT\tNAME\tSTATE\tPROFILE\tPLUGIN SHA-256")
	for _, l := range lines {
		state := l.State
		if l.Selected {
			state += ", selected"
		}
		switch l.State {
		case "installed":
			fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s\n", l.ID, l.Name, state, l.Profile, l.SHA256)
		case "announced":
			fmt.Fprintf(table, "%s\t%s\tannounced for a later release\t\t\n", l.ID, l.Name)
		default:
			fmt.Fprintf(table, "%s\t\t%s: %s\t\t\n", l.ID, state, l.Problem)
		}
	}
	return table.Flush()
}

func writeJSON(out io.Writer, v any) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}
