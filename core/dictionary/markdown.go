package dictionary

import "strings"

// Profiles are checked for line breaks and pipes. What is left is escaped, so that a page shows what the profile says.
var escaped = strings.NewReplacer(`\`, `\\`, `|`, `\|`, `<`, `&lt;`, `*`, `\*`, "`", "\\`", `[`, `\[`, `]`,
	`\]`, "\n", " ")

func cell(text string) string { return escaped.Replace(text) }

// code is a word as programs write it. A pipe ends a cell of a table even there.
func code(text string) string {
	return "`" + strings.NewReplacer("`", "'", `|`, `\|`, "\n", " ").Replace(text) + "`"
}
