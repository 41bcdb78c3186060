package main

import (
	_ "embed"
	"strings"
)

// readme is the guide for administrators. Its table of the configuration's keys is in the manual too: an appliance has
// no other page of ours.
//
//go:embed README.md
var readme string

// configuration are the lines of the guide's example, narrow enough for a manual page, which is indented by five: a
// comment that stands beside its key there stands above it here.
func configuration() (lines []string) {
	_, after, _ := strings.Cut(readme, "\n## config.yaml\n")
	_, after, _ = strings.Cut(after, "```yaml\n")
	example, _, _ := strings.Cut(after, "```")
	for line := range strings.Lines(example) {
		key, comment, commented := strings.Cut(strings.TrimRight(line, "\n"), " # ")
		key = strings.TrimRight(key, " ")
		if commented {
			indent := key[:len(key)-len(strings.TrimLeft(key, " "))]
			lines = append(lines, strings.Split(wrappedTo(width-5, comment, indent+"# "), "\n")...)
		}
		lines = append(lines, key)
	}
	return lines
}
