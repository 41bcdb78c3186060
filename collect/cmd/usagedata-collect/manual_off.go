//go:build !manual

package main

import "github.com/spf13/cobra"

// packagers returns no command, because a receiver does not have the manual's generator. `make
// manuals` builds with the tag manual.
func packagers() []*cobra.Command { return nil }
