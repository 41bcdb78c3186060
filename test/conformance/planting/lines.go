package planting

import (
	"regexp"
	"strings"
)

// separatorOf returns the separator of a CSV file, or 0 if the lines are not those of one: at least
// two lines with the same number of separators.
func separatorOf(lines []string) rune {
	for _, separator := range ",;\t|" {
		columns, rows := 0, 0
		for _, line := range lines {
			n := len(cells(strings.TrimRight(line, "\r\n"), separator))
			if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
				continue
			}
			if rows++; n < 2 || columns > 0 && n != columns {
				columns = 0
				break
			}
			columns = n
		}
		if columns > 1 && rows > 1 {
			return separator
		}
	}
	return 0
}

// cells splits a line at the separators outside quotes. The cells keep their quotes.
func cells(line string, separator rune) (all []string) {
	from, quoted := 0, false
	for i, r := range line {
		switch {
		case r == '"':
			quoted = !quoted
		case r == separator && !quoted:
			all = append(all, line[from:i])
			from = i + 1 // each separator is one byte
		}
	}
	return append(all, line[from:])
}

// csv replaces cells. The key of a cell is the heading of its column, or the first of two cells.
func (n *Names) csv(at Place, lines []string, separator rune) string {
	var all strings.Builder
	var headings []string
	pairs := arePairs(lines, separator)
	for i, line := range lines {
		end := line[len(strings.TrimRight(line, "\r\n")):]
		row := cells(strings.TrimSuffix(line, end), separator)
		switch {
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
		case pairs:
			row[1] = n.quoted(at.at(row[0]), row[1])
		case i == 0 && areHeadings(row):
			headings = row
		default:
			n.row(at, headings, row)
		}
		all.WriteString(strings.Join(row, string(separator)) + end)
	}
	return all.String()
}

func (n *Names) row(at Place, headings, row []string) {
	for i, cell := range row {
		key := ""
		if i < len(headings) {
			key = strings.Trim(headings[i], `" `)
		}
		row[i] = n.quoted(at.at(key), cell)
	}
}

// arePairs reports whether the lines are keys and values: two columns, of which the first holds
// several known keys.
func arePairs(lines []string, separator rune) bool {
	known := 0
	for _, line := range lines {
		row := cells(line, separator)
		if len(row) == 2 && isKey(row[0]) {
			known++
		}
	}
	return known > 1
}

var heading = regexp.MustCompile(`^"?[A-Za-z][\w ./%()-]*"?$`)

// areHeadings reports whether the cells may be headings of columns: one of them names something
// that is known.
func areHeadings(row []string) bool {
	known := false
	for _, cell := range row {
		if !heading.MatchString(strings.TrimSpace(cell)) {
			return false
		}
		known = known || roleOf(cell) != unknown
	}
	return known
}

// quoted replaces a value that may be in quotes.
func (n *Names) quoted(at Place, value string) string {
	for _, quote := range []string{`"`, "'"} {
		if inner, is := strings.CutPrefix(value, quote); is && strings.HasSuffix(inner, quote) {
			return quote + n.Replace(at, strings.TrimSuffix(inner, quote)) + quote
		}
	}
	return n.Replace(at, value)
}

// pair matches a line of a key and a value: key = value, key: value, or a word and a word. In YAML,
// the line may be an entry of a list.
var pair = regexp.MustCompile(`^(\s*(?:- +)?(?:export +)?["']?)([A-Za-z_][\w ./-]*?)(["']?(?:\s*=\s*|\s*:\s+))(\S.*?)(\s*[,;]?(?:\s+#.*)?)$|` +
	`^(\s*)([A-Za-z_][\w.-]*)(:|[ \t]+)([^\s:=]+)()$`)

// These match the lines that name a list, and its entries, in YAML, and a line that may be a name.
var (
	above = regexp.MustCompile(`^\s*(?:- +)?["']?([A-Za-z_][\w ./-]*?)["']?\s*:$`)
	alone = regexp.MustCompile(`^["']?[\pL\d][\pL\d ._@:-]{0,60}["']?$`)
	entry = regexp.MustCompile(`^(\s*- +)(\S.*?)(\s*)$`)
)

// lines replaces the values of lines that are pairs, and of entries of lists. The only line of a text
// is a value if it is nothing else.
func (n *Names) lines(at Place, lines []string) string {
	var all strings.Builder
	for _, line := range lines {
		text := strings.TrimRight(line, "\r\n")
		end := line[len(text):]
		if parts := above.FindStringSubmatch(text); parts != nil {
			at.Key = parts[1]
		} else if parts := pair.FindStringSubmatch(text); parts != nil {
			parts = parts[1:]
			if parts[3] == "" {
				parts = parts[5:]
			}
			text = parts[0] + parts[1] + parts[2] + n.entries(at.at(parts[1]), parts[3]) + parts[4]
		} else if parts := entry.FindStringSubmatch(text); parts != nil {
			text = parts[1] + n.quoted(at, parts[2]) + parts[3]
		} else if len(lines) == 1 && at.Key != "" && alone.MatchString(text) {
			text = n.quoted(at, text)
		}
		all.WriteString(text + end)
	}
	return all.String()
}

// entries replaces a value, or each entry of a list in brackets.
func (n *Names) entries(at Place, value string) string {
	inner, is := strings.CutPrefix(value, "[")
	if !is || !strings.HasSuffix(inner, "]") {
		return n.quoted(at, value)
	}
	all := cells(strings.TrimSuffix(inner, "]"), ',')
	for i, value := range all {
		trimmed := strings.TrimSpace(value)
		all[i] = strings.Replace(value, trimmed, n.quoted(at, trimmed), 1)
	}
	return "[" + strings.Join(all, ",") + "]"
}
