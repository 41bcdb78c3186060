package handover

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/usage"
)

func id(n int) string { return fmt.Sprintf("acme-20260301T%02d00Z-%026d", n, n) }

func body(n int) []byte {
	return fmt.Appendf(nil, "{\n  \"id\": %q,\n  \"name\": \"Tölz <&> \u2028 \\ud800\"\n}\n", id(n))
}

// export returns an export of n documents.
func export(t testing.TB, n int) []byte {
	var out bytes.Buffer
	w, err := NewWriter(&out, "acme")
	for i := range n {
		err = errors.Join(err, w.Add(Document{id(i), body(i)}))
	}
	if err := errors.Join(err, w.End()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// readAll returns the numbers of the whole documents of an export, and the errors.
func readAll(t testing.TB, in io.Reader) (whole []int, problems []error) {
	r, err := NewReader(in)
	if err != nil {
		return nil, []error{err}
	}
	for range 3 * maxDocuments {
		d, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return whole, problems
		case errors.Is(err, ErrDamaged), errors.Is(err, ErrIncomplete):
			problems = append(problems, err)
		case err != nil:
			return whole, append(problems, err)
		default:
			whole = append(whole, number(t, d))
		}
	}
	t.Fatal("the reader does not end")
	return nil, nil
}

// number returns n of the document [body] n.
func number(t testing.TB, d Document) int {
	for n := range 24 {
		if d.ID == id(n) && string(d.Body) == string(body(n)) {
			return n
		}
	}
	t.Errorf("got a document that was not written: %q", d)
	return -1
}

// lines returns the text of an export as any tool unpacks it.
func lines(t testing.TB, packed []byte) []string {
	in, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return strings.SplitAfter(strings.TrimSuffix(string(text), "\n"), "\n")
}

// member packs a line as an export has it.
func member(line string) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Comment = exportFormat
	io.WriteString(w, line)
	w.Close()
	return out.Bytes()
}

// COLL-1: an export gives back the same bytes, and is one text of JSON lines for other programs.
func TestExport(t *testing.T) {
	packed := export(t, 3)
	if !bytes.Equal(packed, export(t, 3)) {
		t.Error("the same documents make other bytes")
	}
	for name, in := range map[string]io.Reader{"whole": bytes.NewReader(packed),
		"byte by byte": iotest.OneByteReader(bytes.NewReader(packed))} {
		whole, problems := readAll(t, in)
		if diff := cmp.Diff([]int{0, 1, 2}, whole); diff != "" || len(problems) > 0 {
			t.Errorf("%s: got %v (-want +got)\n%s", name, problems, diff)
		}
	}
	text := lines(t, packed)
	if len(text) != 5 || text[0] != `{"format":"usagedata-export/1","product":"acme"}`+"\n" ||
		!strings.HasPrefix(text[1], `{"id":"`+id(0)+`","sha256":"`+Digest(body(0))+`","document":"{\n`) ||
		text[4] != `{"end":"usagedata-export/1","documents":3}` {
		t.Errorf("got lines\n%s", text)
	}
	if whole, problems := readAll(t, bytes.NewReader(export(t, 0))); len(whole)+len(problems) > 0 {
		t.Errorf("without documents: got %v, %v", whole, problems)
	}
}

// COLL-1: only documents that a reader takes are written.
func TestUnfitDocumentsAreNotExported(t *testing.T) {
	var out bytes.Buffer
	w, err := NewWriter(&out, "acme")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Add(Document{id(1), body(1)}); err != nil {
		t.Fatal(err)
	}
	before := out.Len()
	for name, d := range map[string]Document{
		"twice": {id(1), body(1)}, "another product": {"other" + id(2), body(2)}, "no id": {"acme-1", body(2)},
		"no such hour": {strings.Replace(id(2), "T02", "T25", 1), body(2)}, "path": {"../" + id(2), body(2)},
		"too long": {id(2), make([]byte, maxDocument)}, "not UTF-8": {id(2), []byte("{\"a\":\"\xff\"}")},
	} {
		if err := w.Add(d); !errors.Is(err, ErrUnfit) || out.Len() != before {
			t.Errorf("%s: got %v and %d bytes", name, err, out.Len()-before)
		}
	}
	for _, product := range []string{"", "a", "Acme", "a-b", "../x"} {
		if _, err := NewWriter(io.Discard, product); err == nil {
			t.Errorf("product %q: got a writer", product)
		}
	}
	full := errors.New("no space left on device")
	w, err = NewWriter(&failing{mark, full}, "acme")
	if err = errors.Join(err, w.Add(Document{id(1), body(1)})); !errors.Is(err, full) {
		t.Errorf("full disk: got %v", err)
	}
}

// failing fails once it has been given a member after the first.
type failing struct {
	left []byte
	err  error
}

func (f *failing) Write(text []byte) (int, error) {
	if f.left == nil {
		return 0, f.err
	}
	f.left = nil
	return len(text), nil
}

// COLL-1: a flipped bit costs the document that it hits, wherever it is; the others are read, and the
// damage is reported with a hint.
func TestDamageCostsOnlyItself(t *testing.T) {
	packed := export(t, 4)
	header := len(member(lines(t, packed)[0]))
	for at := 0; at < len(packed); at += 3 {
		damaged := bytes.Clone(packed)
		damaged[at] ^= 1 << (at % 8)
		whole, problems := readAll(t, bytes.NewReader(damaged))
		least := 3
		if at < header {
			least = 0
		}
		if len(whole) < least || len(problems) == 0 && len(whole) < 4 {
			t.Fatalf("bit of byte %d: got documents %v, %v", at, whole, problems)
		}
		for _, err := range problems {
			if usage.HintOf(err) == "" {
				t.Errorf("bit of byte %d: %v has no hint", at, err)
			}
		}
	}
	for length := header; length < len(packed); length++ {
		whole, problems := readAll(t, bytes.NewReader(packed[:length]))
		if len(problems) == 0 || !errors.Is(problems[len(problems)-1], ErrIncomplete) ||
			!slices.Equal(whole, []int{0, 1, 2, 3}[:len(whole)]) {
			t.Fatalf("cut off after %d bytes: got documents %v, %v", length, whole, problems)
		}
	}
}

// COLL-1: a line that no appliance writes is damage, and costs the others nothing.
func TestStrangeLines(t *testing.T) {
	text := lines(t, export(t, 3))
	second := strings.TrimSpace(text[2])
	bomb := `{"id":"` + id(1) + `","sha256":"","document":"` + strings.Repeat("0", 5<<20) + `"}`
	for name, line := range map[string]string{
		"twice": text[1], "other digest": strings.Replace(second, Digest(body(1)), Digest(body(2)), 1),
		"upper case":      strings.Replace(second, Digest(body(1)), strings.ToUpper(Digest(body(1))), 1),
		"other id":        strings.Replace(second, id(1), "../../etc", 1),
		"other product":   strings.Replace(second, `"acme-`, `"other-`, 1),
		"member twice":    strings.Replace(second, "{", `{"id":"`+id(1)+`",`, 1),
		"unknown member":  strings.Replace(second, "{", `{"host":"pbx.example.com",`, 1),
		"two objects":     second + second,
		"no object":       "[]",
		"nothing":         "",
		"broken":          second[:len(second)-10],
		"gzip bomb":       bomb,
		"document object": `{"id":"` + id(1) + `","sha256":"","document":{}}`,
		"too long": fmt.Sprintf(`{"id":%q,"sha256":%q,"document":%q}`, id(1),
			Digest(bytes.Repeat([]byte("x"), maxDocument)), strings.Repeat("x", maxDocument)),
		"first line again": text[0],
	} {
		packed := slices.Concat(member(text[0]), member(text[1]), member(line), member(text[3]), member(text[4]))
		whole, problems := readAll(t, bytes.NewReader(packed))
		if !slices.Equal(whole, []int{0, 2}) || len(problems) != 1 || !errors.Is(problems[0], ErrDamaged) {
			t.Errorf("%s: got documents %v, %v; want the others and one that is damaged", name, whole, problems)
		}
	}
	for name, packed := range map[string][]byte{
		"a line is missing":  slices.Concat(member(text[0]), member(text[1]), member(text[3]), member(text[4])),
		"two exports":        slices.Concat(export(t, 3), export(t, 3)),
		"bytes after it":     append(export(t, 3), "more"...),
		"endless":            append(export(t, 2)[:len(export(t, 2))-40], bytes.Repeat([]byte("x"), 3<<20)...),
		"negative documents": slices.Concat(member(text[0]), member(`{"end":"usagedata-export/1","documents":-1}`)),
	} {
		whole, problems := readAll(t, bytes.NewReader(packed))
		if len(problems) == 0 || !errors.Is(problems[len(problems)-1], ErrIncomplete) {
			t.Errorf("%s: got documents %v, %v; want an export that is not complete", name, whole, problems)
		}
	}
}

// endless is a file without an end.
type endless struct{ read int }

func (e *endless) Read(into []byte) (int, error) {
	e.read += len(into)
	for i := range into {
		into[i] = 0
	}
	return len(into), nil
}

// COLL-1: another file is refused at its beginning, with the reason and a hint.
func TestNotAnExport(t *testing.T) {
	text := lines(t, export(t, 1))
	receipt, err := Receipt{}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	var repacked bytes.Buffer
	w := gzip.NewWriter(&repacked)
	io.WriteString(w, strings.Join(text, ""))
	w.Close()
	later := bytes.ReplaceAll(export(t, 1), []byte(exportFormat), []byte("usagedata-export/2"))
	for _, tt := range []struct {
		name, file, want, hint string
	}{
		{"empty", "", "it is empty", carryHint},
		{"receipt", string(receipt), "it is a receipt", otherFile},
		{"receipt with a mark", "\ufeff" + string(receipt), "it is a receipt", otherFile},
		{"unpacked", strings.Join(text, ""), "it was unpacked", carryHint},
		{"packed again", repacked.String(), "it was packed by another program", carryHint},
		{"later version", string(later), "it has another version of the format", laterVersion},
		{"with a mark", "\ufeff" + string(export(t, 1)), "it begins in another way", otherFile},
		{"document", string(body(1)), "it begins in another way", otherFile},
		{"long", strings.Repeat("x", 5<<20), "it begins in another way", otherFile},
		{"other product", string(member(strings.Replace(text[0], "acme", "../x", 1))), "its first line is damaged",
			carryHint},
		{"no first line", string(member(text[1])), "its first line is damaged", carryHint},
	} {
		_, err := NewReader(strings.NewReader(tt.file))
		if !errors.Is(err, errNotExport) || !strings.HasSuffix(err.Error(), ": "+tt.want) ||
			usage.HintOf(err) != tt.hint {
			t.Errorf("%s: got %v (hint: %s), want %s (hint: %s)", tt.name, err, usage.HintOf(err), tt.want, tt.hint)
		}
	}
	zeros := &endless{}
	if _, err := NewReader(zeros); !errors.Is(err, errNotExport) || zeros.read > 2<<20 {
		t.Errorf("endless file: got %v after %d bytes", err, zeros.read)
	}
	broken := errors.New("input/output error")
	if _, err := NewReader(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("broken disk: got %v", err)
	}
	half := io.MultiReader(bytes.NewReader(export(t, 3)[:300]), iotest.ErrReader(broken))
	if _, problems := readAll(t, half); len(problems) == 0 || !errors.Is(problems[len(problems)-1], broken) {
		t.Errorf("disk that breaks later: got %v", problems)
	}
}

// COLL-1: whatever the bytes are, the reader ends, and each document that it returns has its digest, an
// id of the product, and comes once; an export of these documents reads the same.
func FuzzReader(f *testing.F) {
	f.Add(export(f, 2))
	f.Add(export(f, 2)[:200])
	f.Add(append(member(`{"format":"usagedata-export/1","product":"acme"}`), mark...))
	f.Add([]byte("\ufeff{}"))
	f.Fuzz(func(t *testing.T, packed []byte) {
		r, err := NewReader(bytes.NewReader(packed))
		if err != nil {
			return
		}
		var again bytes.Buffer
		w, err := NewWriter(&again, r.Product)
		if err != nil {
			t.Fatal(err)
		}
		for range len(packed) + 2 {
			d, err := r.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err == nil {
				if err := w.Add(d); err != nil {
					t.Fatalf("a document that was read: %v", err)
				}
			}
		}
		t.Fatal("the reader does not end")
	})
}
