package handover

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/usage"
)

func handled(n int, result Result, reason Reason) Handled {
	return Handled{id(n), Digest(body(n)), result, reason}
}

func receipt(t testing.TB) (Receipt, string) {
	r := Receipt{Documents: []Handled{handled(1, Accepted, ""), handled(2, Rejected, TooOld),
		handled(3, Conflict, OtherBody)}}
	text, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return r, string(text)
}

// COLL-1: a receipt reads as it was written, also after an editor has stored it.
func TestReceipt(t *testing.T) {
	want, text := receipt(t)
	wide := []byte("\xff\xfe")
	for _, unit := range utf16.Encode([]rune(strings.ReplaceAll(text, "\n", "\r\n"))) {
		wide = binary.LittleEndian.AppendUint16(wide, unit)
	}
	for name, file := range map[string]string{"as it is": text, "mark": "\ufeff" + text, "UTF-16": string(wide),
		"one line": strings.ReplaceAll(text, "\n", ""), "twice the same": strings.Replace(text, "[\n", "[\n"+
			strings.Split(text, "\n")[1]+"\n", 1)} {
		got, err := ReadReceipt(strings.NewReader(file))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: got %v (-want +got)\n%s", name, err, diff)
		}
	}
	const none = "{\"format\":\"usagedata-receipt/1\",\"documents\":[\n]}\n"
	if text, err := (Receipt{}).Encode(); err != nil || string(text) != none {
		t.Errorf("without documents: got %q, %v", text, err)
	}
	for _, invalid := range []Handled{{}, handled(1, "", ""), handled(1, Accepted, "free text"),
		{"../x", Digest(nil), Accepted, ""}, {id(1), "abc", Accepted, ""}} {
		if text, err := (Receipt{Documents: []Handled{invalid}}).Encode(); err == nil {
			t.Errorf("%v: got %s", invalid, text)
		}
	}
	if text, err := (Receipt{Documents: []Handled{want.Documents[0], want.Documents[0]}}).Encode(); err == nil {
		t.Errorf("an id twice: got %s", text)
	}
}

// COLL-1: an entry that is not understood costs only itself, and contradicting ones cost each other.
func TestStrangeEntriesOfAReceipt(t *testing.T) {
	want, text := receipt(t)
	entry := strings.TrimSuffix(strings.Split(text, "\n")[1], ",")
	for name, strange := range map[string]string{
		"result": strings.NewReplacer(id(1), id(4), "accepted", "stored").Replace(entry),
		"reason": strings.NewReplacer(id(1), id(4), `"}`, `","reason":"see 10.0.0.1"}`).Replace(entry),
		"id":     strings.Replace(entry, id(1), "acme", 1), "digest": strings.Replace(entry, Digest(body(1)), "", 1),
		"member": strings.NewReplacer(id(1), id(4), "{", `{"x":1,`).Replace(entry), "number": "7", "null": "null",
	} {
		got, err := ReadReceipt(strings.NewReader(strings.Replace(text, "[\n", "[\n"+strange+",\n", 1)))
		if diff := cmp.Diff(Receipt{want.Documents, 1}, got); err != nil || diff != "" {
			t.Errorf("%s: got %v (-want +got)\n%s", name, err, diff)
		}
	}
	contradiction := strings.Replace(entry, "accepted", "rejected", 1)
	got, err := ReadReceipt(strings.NewReader(strings.Replace(text, "[\n", "[\n"+contradiction+",\n", 1)))
	if diff := cmp.Diff(Receipt{want.Documents[1:], 1}, got); err != nil || diff != "" {
		t.Errorf("contradiction: got %v (-want +got)\n%s", err, diff)
	}
}

// COLL-1: another file is refused with the reason and a hint.
func TestNotAReceipt(t *testing.T) {
	_, text := receipt(t)
	for _, tt := range []struct{ name, file, want string }{
		{"empty", "\ufeff \n", "it is empty"},
		{"export", string(export(t, 2)), "it is an export, or another packed file"},
		{"unpacked export", lines(t, export(t, 2))[0], "it has another format"},
		{"cut off", text[:len(text)-5], "it is damaged or cut off"},
		{"followed by more", text + "{}", "it is damaged or cut off"},
		{"later version", strings.Replace(text, receiptFormat, receiptName+"2", 1),
			"it has another version of the format"},
		{"unknown member", strings.Replace(text, "{", `{"x":1,`, 1), "it has other members than a receipt"},
		{"no documents", `{"format":"usagedata-receipt/1"}`, "it has other members than a receipt"},
		{"text", "hello", "it has another form"}, {"document", string(body(1)), "it has another form"},
		{"long", text + strings.Repeat(" ", maxReceipt), "it is too long"},
		{"many", `{"format":"usagedata-receipt/1","documents":[` + strings.Repeat("1,", maxDocuments) + "1]}",
			"it has more documents than any export"},
	} {
		_, err := ReadReceipt(strings.NewReader(tt.file))
		if !errors.Is(err, errNotReceipt) || !strings.HasSuffix(err.Error(), ": "+tt.want) || usage.HintOf(err) == "" {
			t.Errorf("%s: got %v (hint: %s), want %s", tt.name, err, usage.HintOf(err), tt.want)
		}
	}
	broken := errors.New("input/output error")
	if _, err := ReadReceipt(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("broken disk: got %v", err)
	}
}

// COLL-1: only a file is opened, and anything else is refused with a hint.
func TestOpen(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := errors.Join(os.WriteFile(at("file"), []byte("text"), 0o600), syscall.Mkfifo(at("pipe"), 0o600),
		os.Symlink(at("file"), at("link"))); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"file", "link"} {
		f, err := Open(at(name))
		if err != nil {
			t.Fatal(err)
		}
		text := make([]byte, 4)
		if n, err := f.Read(text); n != 4 || err != nil || f.Close() != nil {
			t.Errorf("%s: got %d bytes, %v", name, n, err)
		}
	}
	for _, name := range []string{"missing", "pipe", "."} {
		if _, err := Open(at(name)); err == nil || usage.HintOf(err) == "" {
			t.Errorf("%s: got %v (hint: %s)", name, err, usage.HintOf(err))
		}
	}
	if _, err := Open("/dev/zero"); err == nil {
		t.Error("/dev/zero: got a file")
	}
}

// COLL-1: a receipt that was read can be written, and reads the same.
func FuzzReceipt(f *testing.F) {
	_, text := receipt(f)
	f.Add([]byte(text))
	f.Add([]byte("\ufeff" + text))
	f.Add([]byte(`{"format":"usagedata-receipt/1","documents":[null,{}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := ReadReceipt(bytes.NewReader(text))
		if err != nil {
			return
		}
		again, err := r.Encode()
		if err != nil {
			t.Fatal(err)
		}
		r.NotUnderstood = 0
		got, err := ReadReceipt(bytes.NewReader(again))
		if diff := cmp.Diff(r.Documents, got.Documents); err != nil || diff != "" || got.NotUnderstood > 0 {
			t.Errorf("got %v (-want +got)\n%s", err, diff)
		}
	})
}
