//go:build !manual

package main

import "github.com/spf13/cobra"

// packagers has no command: the manual's generator is not on an appliance. `make manuals` builds
// with the tag manual.
func packagers() []*cobra.Command { return nil }
