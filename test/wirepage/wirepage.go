// Package wirepage reads the tables of core/wire/README.md, for tests that compare the page with
// the code. Each package compares its own constants, so nothing has to be exported for the
// comparison, and if a limit changes, the package's own test fails until the page is changed too.
package wirepage

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// Rows returns the rows of the table whose first column has the heading, cell by cell.
func Rows(t testing.TB, heading string) [][]string {
	t.Helper()
	rows := rows(page(t), heading)
	if len(rows) == 0 {
		t.Fatalf("the page has no table %q", heading)
	}
	return rows
}

// Says checks that the page contains the words.
func Says(t testing.TB, words string) {
	t.Helper()
	if !strings.Contains(strings.Join(strings.Fields(page(t)), " "), words) {
		t.Errorf("core/wire/README.md does not say: %s", words)
	}
}

// Bytes is a limit that the page gives as a size.
type Bytes int64

// Limits compares a package's rows in the table of limits with its constants, in both directions. A
// constant is a [time.Duration], [Bytes], or a number.
func Limits(t testing.TB, by string, kept map[string]any) {
	t.Helper()
	onPage, want := map[string]string{}, map[string]string{}
	for _, row := range Rows(t, "limit") {
		if row[2] == by {
			onPage[row[0]] = row[1]
		}
	}
	for name, limit := range kept {
		want[name] = format(limit)
	}
	for _, line := range differences(onPage, want) {
		t.Errorf("core/wire/README.md, limits that %s keeps: %s", by, line)
	}
}

// differences lists the entries whose values differ, or that are on one side only.
func differences(onPage, want map[string]string) (lines []string) {
	all := slices.Sorted(maps.Keys(onPage))
	for name := range want {
		all = append(all, name)
	}
	slices.Sort(all)
	for _, name := range slices.Compact(all) {
		if onPage[name] != want[name] {
			lines = append(lines, fmt.Sprintf("%s: got %q want %q", name, onPage[name], want[name]))
		}
	}
	return lines
}

func format(limit any) string {
	switch is := limit.(type) {
	case time.Duration:
		return fmt.Sprintf("%v s", is.Seconds())
	case Bytes:
		return size(int64(is))
	default:
		return withCommas(fmt.Sprint(is))
	}
}

func size(bytes int64) string {
	switch {
	case bytes > 0 && bytes%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", bytes>>20)
	case bytes > 0 && bytes%(1<<10) == 0:
		return fmt.Sprintf("%d KiB", bytes>>10)
	default:
		return fmt.Sprintf("%d bytes", bytes)
	}
}

func withCommas(digits string) string {
	if len(digits) <= 3 {
		return digits
	}
	return withCommas(digits[:len(digits)-3]) + "," + digits[len(digits)-3:]
}

func rows(text, heading string) (rows [][]string) {
	_, table, _ := strings.Cut(text, "\n| "+heading+" |")
	for i, line := range strings.Split(table, "\n") {
		switch {
		case i == 0 || strings.HasPrefix(line, "|---"): // the heading
		case !strings.HasPrefix(line, "|"):
			return rows
		default:
			rows = append(rows, cells(line))
		}
	}
	return rows
}

func cells(line string) []string {
	cells := strings.Split(strings.Trim(line, "|"), "|")
	for i, cell := range cells {
		cells[i] = strings.ReplaceAll(strings.TrimSpace(cell), "`", "")
	}
	return cells
}

func page(t testing.TB) string {
	t.Helper()
	for up := "."; len(up) < 40; up += "/.." {
		if text, err := os.ReadFile(up + "/core/wire/README.md"); err == nil {
			return string(text)
		}
	}
	t.Fatal("no folder above this test has core/wire/README.md")
	return ""
}
