package networkusage

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// table is one table of an export, with rows of few scopes and minutes, so that several tables
// share some.
type table struct {
	rows    [][3]int // scope, minute, calls
	damaged bool     // at its end, after all of its rows have been read
}

func (f table) reader() io.Reader {
	text := []byte("name,date,calls_started\n")
	for _, row := range f.rows {
		text = fmt.Appendf(text, "%d,%d,%d\n", row[0], 29539500+row[1], row[2])
	}
	if f.damaged {
		return io.MultiReader(bytes.NewReader(text), iotest.ErrReader(errArchive))
	}
	return bytes.NewReader(text)
}

// S10: a damaged file is counted but leaves no other trace: none of its rows counts, and none makes
// a row of an older file a repeated one.
func TestADamagedFileLeavesNoTrace(t *testing.T) {
	row := rapid.Custom(func(r *rapid.T) [3]int {
		return [3]int{rapid.IntRange(0, 5).Draw(r, "scope"), rapid.IntRange(0, 3).Draw(r, "minute"),
			rapid.IntRange(-1, 9).Draw(r, "calls")}
	})
	file := rapid.Custom(func(r *rapid.T) table {
		return table{rapid.SliceOfN(row, 0, 8).Draw(r, "rows"), rapid.Bool().Draw(r, "damaged")}
	})
	rapid.Check(t, func(r *rapid.T) {
		all, good := newReading(hour()), newReading(hour())
		for _, f := range rapid.SliceOfN(file, 1, 6).Draw(r, "files") {
			if err := all.part(t.Context(), f.reader()); err != nil {
				r.Fatal(err)
			}
			if f.damaged {
				good.sum.unread++
			} else if err := good.part(t.Context(), f.reader()); err != nil {
				r.Fatal(err)
			}
		}
		if diff := cmp.Diff(good.sum.usage(), all.sum.usage()); diff != "" || good.headers != all.headers {
			r.Fatalf("headers: got %d want %d (-want +got)\n%s", all.headers, good.headers, diff)
		}
	})
}

// SEND-5: the cost of a file depends on its rows, not on the scopes of the files before it.
func TestFilesCostByTheirRows(t *testing.T) {
	many := table{}
	for scope := range maxScopes {
		many.rows = append(many.rows, [3]int{scope, 0, 1})
	}
	r := newReading(hour())
	if err := r.part(t.Context(), many.reader()); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := range 20 {
		few := table{[][3]int{{i, 1, 1}}, i%2 == 0}
		if err := r.part(t.Context(), few.reader()); err != nil {
			t.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 1<<20 || r.sum.rows != maxScopes+10 {
		t.Errorf("got %d bytes allocated for 20 rows and %d rows, want few and %d", allocated, r.sum.rows, maxScopes+10)
	}
}
