package report

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"polycom.com/usagedata/test/conformance/result"
)

// good returns a run of an invented plugin that conforms, as large as a real one.
func good(t *testing.T) result.Result {
	t.Helper()
	text, err := os.ReadFile("testdata/conformant.json")
	if err != nil {
		t.Fatal(err)
	}
	var r result.Result
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// endingsOfBad has the differences between [bad] and [good]: every outcome, at both levels.
var endingsOfBad = map[string]result.Done{
	"describe.soon": {Outcome: result.Fail, Says: "It took 2.8 s.",
		Evidence: []string{"first call: 2.8 s", "second call: 2.7 s"}},
	"collect.once": {Outcome: result.Fail, Says: "The category counts came twice.",
		Evidence: []string{"step 3: category counts, 7 fields", "step 9: category counts, 7 fields"}},
	"determinism.same": {Outcome: result.Fail, Says: "2 fields differ.",
		Evidence: []string{"counts.endpoints: 12, then 13", "system_configuration.clusters: 2, then 1"},
		Waiver: &result.Waiver{Check: "determinism.same",
			Reason:  "The recorder's database counts while it is being restarted; fixed in 4.2.",
			Expires: "2027-03-31"}},
	"privacy.logs": {Outcome: result.Fail, Says: "A canary of the kind hostname is in 3 lines.", Evidence: []string{
		"debug: could not reach [hostname canary 4] within 2 s, trying the next of 3 that are configured; last " +
			"answer: connection refused by [address canary 2]",
		"warn: [hostname canary 4] is not known", "warn: [hostname canary 4] is not known"}},
	"resources.cpu": {Outcome: result.Error,
		Says: "The kernel does not report the plugin's memory: its control group cannot be read."},
	"logs.levels": {Outcome: result.Skip, Says: "-skip names it."},
}

// bad returns the same run for a plugin that does not conform.
func bad(t *testing.T) result.Result {
	r := good(t)
	for i, d := range r.Checks {
		e, ok := endingsOfBad[d.ID]
		if !ok {
			continue
		}
		d.Outcome, d.Says, d.Evidence, d.Waiver = e.Outcome, e.Says, e.Evidence, e.Waiver
		if d.Outcome == result.Fail || d.Outcome == result.Error {
			d.Repeat = strings.Join(r.Command, " ") + " -run " + d.ID
		}
		r.Checks[i] = d
	}
	r.Problems = []string{"The waiver of readonly.files has expired on 2026-10-31.",
		"The waiver of values.keys waives a check that passes."}
	r.Verdict = r.Judge()
	return r
}

// write writes the page to a file.
func write(t *testing.T, r result.Result) (path string) {
	t.Helper()
	var text bytes.Buffer
	if err := writeHTML(&text, r); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, text.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
