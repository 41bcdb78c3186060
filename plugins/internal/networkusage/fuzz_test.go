package networkusage

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"polycom.com/usagedata/core/sdk"
	standin "polycom.com/usagedata/test/appliance/networkusage"
)

// FuzzExport reads any file: it comes to an end with an export or an error that says malformed, and every line was a
// row that counted, was not of the period, or was left out.
func FuzzExport(f *testing.F) {
	e := standin.Export{Start: hour().Start, Minutes: 1, Scopes: 9}
	text := written(f, e)
	f.Add(text)
	f.Add(gzipped(f, text))
	f.Add(zipped(f, map[string][]byte{"usage.csv": text}))
	f.Add([]byte(top + "\"a\nb\",29539500,1,2,3\n\"c,29539500,1,2,3\n"))
	f.Add([]byte("\ufeffDATE;NAME;CALLS_9Mbps\n29539500;a;1\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		r := newReading(hour())
		err := r.file(t.Context(), io.NewSectionReader(bytes.NewReader(text), 0, int64(len(text))))
		got, wrong := r.usage()
		if err := errors.Join(err, wrong); err != nil {
			if sdk.Explain(failed(err)) != sdk.Malformed {
				t.Fatalf("got error %v, want it malformed", err)
			}
			return
		}
		packed := bytes.HasPrefix(text, []byte("\x1f\x8b")) || bytes.HasPrefix(text, []byte("PK"))
		if lines := int64(bytes.Count(text, []byte("\n"))); !packed && got.Rows+got.LeftOut > lines {
			t.Errorf("got %d rows and %d left out of %d lines", got.Rows, got.LeftOut, lines)
		}
		if got.Rows == 0 != (got.Scopes == 0) || got.Minutes > 60 || got.Minutes > got.Rows || got.Scopes > got.Rows {
			t.Errorf("got %+v, want minutes and scopes of its rows", got)
		}
		if a, b := got.AllScopes, got.BusiestScope; a != nil && a.Started != nil &&
			(*b.Started > *a.Started || *b.Started < 0) {
			t.Errorf("got %d started in one scope and %d in all", *b.Started, *a.Started)
		}
	})
}

// FuzzSplit takes any row apart and puts it together again.
func FuzzSplit(f *testing.F) {
	f.Add(`a,"b, ""c""",,d`)
	f.Add(`"`)
	f.Fuzz(func(t *testing.T, row string) {
		fields, end := split(nil, []byte(row), ',')
		if end != whole {
			if !strings.Contains(row, `"`) {
				t.Errorf("%q: got it broken, want a row without quotes whole", row)
			}
			return
		}
		var again []string
		for _, field := range fields {
			again = append(again, string(field))
		}
		if together := strings.Join(again, ","); !strings.Contains(row, `"`) && together != row || len(together) > len(row) {
			t.Errorf("%q: got %q", row, together)
		}
		if !strings.Contains(row, `"`) && !slices.EqualFunc(splitPlain(nil, []byte(row), ','), fields, bytes.Equal) {
			t.Errorf("%q: got other fields than without quotes", row)
		}
		if !strings.Contains(row, `"`) && string(nth([]byte(row), ',', len(fields)-1)) != again[len(again)-1] {
			t.Errorf("%q: got another last field by its number", row)
		}
	})
}
