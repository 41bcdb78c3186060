package sdktest

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/profile"
)

// update is defined in every test that imports this package, so such a test cannot define a flag
// -update of its own.
var update = flag.Bool("update", false, "write the golden documents anew instead of comparing with them")

// Golden compares the result of [Collect] with a file. The file shows each field as it was read and
// as it would leave the appliance, and the reason for each missing one. `go test -update` writes
// the file; review the changes in it before you commit it. If the profile says that a value is
// measured now, the file has the word now in its place.
func Golden(t testing.TB, got Result, path string) {
	t.Helper()
	text, err := got.golden(t)
	if err != nil {
		t.Fatalf("golden document: %v", err)
	}
	if *update {
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, text, 0o644)); err != nil {
			t.Fatalf("write the golden document: %v", err)
		}
		return
	}
	const hint = "hint: if the new values are correct, run go test -update"
	want, err := os.ReadFile(path)
	if err != nil {
		t.Errorf("read the golden document: %v\n%s", err, hint)
	} else if diff := cmp.Diff(string(want), string(text)); diff != "" {
		t.Errorf("%s (-want +got)\n%s\n%s", path, diff, hint)
	}
}

// Show logs the text that [Golden] compares, for an author who runs go test -v.
func Show(t testing.TB, got Result) {
	t.Helper()
	text, err := got.golden(t)
	if err != nil {
		t.Fatalf("show: %v", err)
	}
	t.Logf("\n%s", text)
}

// shown is the line of a field.
type shown struct {
	Kind   string `json:"kind"`
	Raw    any    `json:"raw"`
	Leaves any    `json:"leaves"`
}

// golden returns JSON with one line for each field, in the order of the profile, for a person to
// read.
func (r Result) golden(t testing.TB) ([]byte, error) {
	var fields, omitted []string
	for _, f := range r.Treated(t) {
		category, name, _ := strings.Cut(f.Field, ".")
		declared, _ := r.approved.Find(category)
		of, _ := declared.Field(name)
		line, err := member(f.Field, shown{f.Kind, steady(of, f.Raw), steady(of, f.Leaves)})
		if err != nil {
			return nil, err
		}
		fields = append(fields, line)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Omitted)) {
		line, err := member(name, r.Omitted[name].Sentence())
		if err != nil {
			return nil, err
		}
		omitted = append(omitted, line)
	}
	return fmt.Appendf(nil, "{\n  \"fields\": {%s},\n  \"omitted\": {%s}\n}\n", block(fields), block(omitted)), nil
}

func block(members []string) string {
	if len(members) == 0 {
		return ""
	}
	return "\n    " + strings.Join(members, ",\n    ") + "\n  "
}

// maxLine is the length beyond which a line is split.
const maxLine = 140

func member(name string, value any) (string, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return "", fmt.Errorf("encode %s: %w", name, err)
	}
	line := fmt.Sprintf("%q: %s", name, bytes.TrimSpace(text.Bytes()))
	if len(line) <= maxLine {
		return line, nil
	}
	text.Reset()
	err := json.Indent(&text, []byte(line[strings.Index(line, ": ")+2:]), "    ", "  ")
	return fmt.Sprintf("%q: %s", name, text.Bytes()), err
}

// steady replaces values that differ from one reading to the next by the word now.
func steady(f profile.Field, value any) any {
	if f.OfTheMoment() && value != nil {
		return profile.Now
	}
	switch is := value.(type) {
	case map[string]any:
		record := map[string]any{}
		for name, part := range is {
			of, _ := f.Field(name)
			record[name] = steady(of, part)
		}
		return record
	case []any:
		list := make([]any, len(is))
		for i, entry := range is {
			list[i] = steady(f, entry)
		}
		return list
	}
	return value
}
