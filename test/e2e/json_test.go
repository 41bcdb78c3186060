package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"polycom.com/usagedata/test/stage"
)

// JSON output of the commands before consent and after, of a cycle that succeeds and of one that is
// declined (VIEW-2).
func TestJSON(t *testing.T) {
	t.Parallel()
	s, err := stage.Set(stage.Plan{Dir: t.TempDir(), Bin: bin, Product: "dma", Blackout: "{before: 0s, after: 0s}"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if v := program[asVersion](t, s, 0, "version"); v.Version == "" {
		t.Error("version: got none, want it")
	}
	if v := program[asProducts](t, s, 0, "products"); len(v) != 1 || v[0].ID != "dma" || !v[0].Selected {
		t.Errorf("products: got %+v, want dma, selected", v)
	}
	if v := program[asIdentity](t, s, 0, "identity"); !v.Since.IsZero() || v.Broken || v.Sentence == "" {
		t.Errorf("identity: got %+v, want none", v)
	}
	if v := program[asSend](t, s, 6, "send"); v.Outcome != "declined" || v.Document != nil || v.Accepted == nil {
		t.Errorf("send: got %+v, want it declined", v)
	}
	ask(t, s, 0, "consent", "allow", "--yes")
	looksWhole(t, program[asCheck](t, s, 0, "check"))
	sent := program[asSend](t, s, 0, "send")
	if sent.Outcome != "uploaded" || sent.Document == nil || len(sent.Accepted) != 1 ||
		sent.Accepted[0].ID != sent.Document.ID || sent.Accepted[0].Wire == 0 {
		t.Errorf("send: got %+v, want one document accepted", sent)
	}
	body, err := os.ReadFile(sent.Analytics)
	if err != nil || len(body) != sent.Document.Bytes {
		t.Errorf("send: got %d bytes in %s, %v; want the document's %d",
			len(body), sent.Analytics, err, sent.Document.Bytes)
	}
	if v := program[asSend](t, s, 0, "send"); v.Outcome != "" || v.Document != nil || len(v.Accepted) != 0 {
		t.Errorf("send again: got %+v, want nothing", v)
	}
	for _, args := range [][]string{{"plugin"}, {"plugin", "retry"}} {
		if v := program[asPlugin](t, s, 0, args...); len(v.SHA256) != 12 || v.Starts != 1 || v.Sentence == "" {
			t.Errorf("%v: got %+v, want one start", args, v)
		}
	}
	if v := program[asIdentity](t, s, 0, "identity", "renew", "--yes"); v.Since.IsZero() {
		t.Errorf("identity: got %+v, want since when", v)
	}
}

// looksWhole fails unless a check has every part, each under a name of its own.
func looksWhole(t *testing.T, c asCheck) {
	t.Helper()
	states := map[string]string{}
	for _, p := range c.Parts {
		states[p.Part] = p.State
	}
	for part, want := range map[string]string{"configuration": "ok", "binary/owner": "ok", "binary/signature": "skip",
		"plugin/license_information": "ok"} {
		if states[part] != want {
			t.Errorf("check: %s: got %q, want %s", part, states[part], want)
		}
	}
	if !c.Works || len(states) != len(c.Parts) {
		t.Errorf("check: got works %t and %d names for %d parts, want true and a name for each", c.Works, len(states),
			len(c.Parts))
	}
}

// program runs a command with --json and decodes its output strictly: unknown members are an error.
func program[Shape any](t *testing.T, s *stage.Stage, code int, args ...string) (read Shape) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(ask(t, s, code, append(args, "--json")...)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&read); err != nil || decoder.More() {
		t.Errorf("%s: got %v, more %t; want one value of the shape that is told", strings.Join(args, " "), err,
			decoder.More())
	}
	return read
}

// ask runs a command and returns its standard output.
func ask(t *testing.T, s *stage.Stage, code int, args ...string) []byte {
	t.Helper()
	c := s.Host(args...)
	out, err := c.Output()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	if got := c.ProcessState.ExitCode(); got != code {
		t.Errorf("%s: got exit code %d, want %d", strings.Join(args, " "), got, code)
	}
	return out
}
