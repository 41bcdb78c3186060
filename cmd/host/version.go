package main

import (
	"crypto/fips140"
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// shownVersion is the version in the form that programs read. A build without Go's validated
// cryptographic module has no fips140.
type shownVersion struct {
	Version string `json:"version"`
	FIPS    *fips  `json:"fips140,omitempty"`
}

// fips names the validated cryptographic module in the program, and says whether it is in use:
// GODEBUG=fips140=off switches it off before the program's first line runs.
type fips struct {
	Module  string `json:"module"`
	Enabled bool   `json:"enabled"`
}

func ownVersion() shownVersion {
	built, _ := debug.ReadBuildInfo()
	return shownVersion{version, fipsOf(built, fips140.Enabled())}
}

// fipsOf checks the build and not only the mode: GODEBUG=fips140=on puts any program into the mode,
// even without a validated module.
func fipsOf(built *debug.BuildInfo, enabled bool) *fips {
	if built == nil {
		return nil
	}
	for _, s := range built.Settings {
		if s.Key == "GOFIPS140" && s.Value != "off" && s.Value != "latest" {
			return &fips{Module: s.Value, Enabled: enabled}
		}
	}
	return nil
}

// String returns the version for people.
func (v shownVersion) String() string {
	switch {
	case v.FIPS == nil:
		return v.Version
	case v.FIPS.Enabled:
		return fmt.Sprintf("%s (FIPS 140-3, with Go's cryptographic module %s)", v.Version, v.FIPS.Module)
	default:
		return fmt.Sprintf("%s (not FIPS 140-3: GODEBUG switches Go's cryptographic module %s off)", v.Version,
			v.FIPS.Module)
	}
}

func versionCommand(std streams) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "version",
		Short: "print the host's version",
		Long: "Prints the version of the host and, for a FIPS build, its validated cryptographic module and whether " +
			"the module is in use. Plugins have versions of their own; `usagedata check` shows their checksums.",
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				return writeJSON(std.out, ownVersion())
			}
			_, err := fmt.Fprintln(std.out, "usagedata", ownVersion())
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, for programs")
	return c
}
