package dictionary

import "strings"

// escaped escapes Markdown, so that a page shows the profile's text literally. Profiles are checked
// for line breaks and pipes before.
var escaped = strings.NewReplacer(`\`, `\\`, `|`, `\|`, `<`, `&lt;`, `*`, `\*`, "`", "\\`", `[`, `\[`, `]`,
	`\]`, "\n", " ")

func cell(text string) string { return escaped.Replace(text) }

// code formats a word as code. A pipe ends a cell of a table even there.
func code(text string) string {
	return "`" + strings.NewReplacer("`", "'", `|`, `\|`, "\n", " ").Replace(text) + "`"
}
