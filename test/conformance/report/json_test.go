package report_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/test/conformance/report"
	"polycom.com/usagedata/test/conformance/result"
)

// What is read and written again is the same bytes: result.json can be kept and compared.
func TestJSONIsStable(t *testing.T) {
	want, err := os.ReadFile("testdata/conformant.json")
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := report.JSON(&got, good(t)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("testdata/conformant.json, read and written (-want +got):\n%s", diff)
	}
}

// Nothing is lost on the way, whatever the outcome.
func TestJSONHoldsAll(t *testing.T) {
	want := bad(t)
	var text bytes.Buffer
	if err := report.JSON(&text, want); err != nil {
		t.Fatal(err)
	}
	got, err := report.ReadJSON(&text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("written and read (-want +got):\n%s", diff)
	}
}

func TestReadJSONRefuses(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"nothing":        {"", "EOF"},
		"another format": {`{"format": "usagedata-conformance/2"}`, "not of the format " + result.Format},
		"no format":      {`{}`, "not of the format"},
		"half":           {`{"format": "usagedata-conformance/1", "checks": [`, "unexpected EOF"},
		"two results":    {`{"format": "usagedata-conformance/1"} {}`, "something follows"},
	} {
		_, err := report.ReadJSON(strings.NewReader(tt.text))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got error %v want one with %q", name, err, tt.want)
		}
	}
}
