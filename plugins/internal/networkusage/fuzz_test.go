package networkusage

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"polycom.com/usagedata/core/sdk"
	standin "polycom.com/usagedata/test/appliance/networkusage"
)

// FuzzExport reads any file: reading ends with an export or an error that says malformed, and every
// line is a row that counts, is outside the period, or is left out.
func FuzzExport(f *testing.F) {
	e := standin.Export{Start: hour().Start, Minutes: 1, Scopes: 9}
	text := written(f, e)
	f.Add(text)
	f.Add(gzipped(f, text))
	f.Add(zipped(f, map[string][]byte{"usage.csv": text}))
	f.Add([]byte("\xff\xfe\xfe\xff"))
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
		packed := slices.ContainsFunc([]string{"\x1f\x8b", "PK", "BZh", "\x28\xb5", "\xff\xfe", "\xfe\xff"},
			func(beginning string) bool { return bytes.HasPrefix(text, []byte(beginning)) })
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

// FuzzSplit splits any row and joins it again.
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

// FuzzHeader reads any first line: each column that is found is in the line, once, and quoting
// every name gives the same columns.
func FuzzHeader(f *testing.F) {
	f.Add(top)
	f.Add("\ufeffDATE;NAME;CALLS_9Mbps;calls_10Mbps")
	f.Add("date,name,calls_ended, Calls_Ended ")
	f.Add("date,name,calls_768\u212abps")
	f.Add("\"date\",\"na\"\"me\",name,calls_ended")
	f.Fuzz(func(t *testing.T, line string) {
		h, err := parseHeader([]byte(line))
		if err != nil {
			if !errors.Is(err, errHeader) && !errors.Is(err, errTwice) {
				t.Errorf("%q: got %v", line, err)
			}
			return
		}
		fields, _ := split(nil, []byte(strings.TrimPrefix(line, string(byteOrderMark))), h.separator)
		var names, quoted []string
		for _, field := range fields {
			names = append(names, strings.ToLower(strings.TrimSpace(string(field))))
			quoted = append(quoted, `"`+string(field)+`"`)
		}
		got := map[string]int{"name": h.name, "date": h.date}
		for _, c := range h.columns {
			got[names[c.at]] = c.at
		}
		want := map[string]int{}
		for at, name := range names {
			if _, twice := want[name]; twice {
				t.Errorf("%q: got accepted, want it refused for %q twice", line, name)
			}
			if _, listed := places[name]; listed || name == "name" || name == "date" || isBandwidth(name) {
				want[name] = at
			}
		}
		if !maps.Equal(got, want) || h.width != len(fields) || len(h.columns) > maxColumns {
			t.Errorf("%q: got %v in %d columns, want %v in %d", line, got, h.width, want, len(fields))
		}
		again, err := parseHeader([]byte(strings.Join(quoted, string(h.separator))))
		if plain := !strings.ContainsAny(strings.Join(names, ""), "\",;\t"); plain &&
			(err != nil || !slices.Equal(again.columns, h.columns) || again.width != h.width) {
			t.Errorf("%q: got %+v with quotes, %v want %+v", line, again, err, h)
		}
	})
}
