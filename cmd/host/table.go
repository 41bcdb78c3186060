package main

import (
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/commandline"
)

// table is output for a person: aligned columns, with the last one wrapped to the width of the
// terminal. If the output is not a terminal, each row is one line.
type table struct{ rows [][]string }

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

// note adds text to the row above, if it is not empty.
func (t *table) note(kind, text string) {
	if text != "" {
		t.row("", kind+text)
	}
}

func (t *table) write(out io.Writer) error {
	_, err := io.WriteString(out, t.text(widthOf(out)))
	return err
}

// text wraps the last column to a width; 0 means no wrapping.
func (t *table) text(width int) string {
	var out strings.Builder
	widths := t.widths()
	for _, row := range t.rows {
		var before strings.Builder
		end := len(row) - 1
		for i, cell := range row[:end] {
			before.WriteString(cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+2))
		}
		indent := strings.Repeat(" ", before.Len())
		last := row[end]
		if width > before.Len() {
			last = strings.TrimLeft(commandline.WrappedTo(width, last, indent), " ")
		}
		out.WriteString(strings.TrimRight(before.String()+last, " ") + "\n")
	}
	return out.String()
}

func (t *table) widths() []int {
	var widths []int
	for _, row := range t.rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	return widths
}

// widthOf returns the width of a terminal, and 0 for any other output.
func widthOf(out io.Writer) int {
	file, ok := out.(*os.File)
	if !ok {
		return 0
	}
	size, err := unix.IoctlGetWinsize(int(file.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0
	}
	return int(size.Col)
}
