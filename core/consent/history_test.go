package consent

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

func historyIn(t *testing.T) Store {
	return Open(durable.OS{}, "", filepath.Join(t.TempDir(), "decisions.jsonl"), "")
}

// CONS-2: [Store.History] returns every decision in order, with actor, time, way and subject, and
// without the list of fields.
func TestHistory(t *testing.T) {
	h := historyIn(t)
	if got, err := h.History(); err != nil || got != nil {
		t.Errorf("before the first: got %v, %v", got, err)
	}
	var want []Decision
	for _, choice := range []Choice{Denied, Allowed, Denied} {
		d := Decision{Choice: choice, Time: noon, Actor: "admin", Way: ByEULA, EULA: "2.1", Profile: 3,
			Fields: []string{"counts.users count"}}
		if err := h.Record(d); err != nil {
			t.Fatal(err)
		}
		d.Fields = nil
		want = append(want, d)
	}
	got, err := h.History()
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("history (-want +got, %v):\n%s", err, diff)
	}
	if info, err := os.Stat(h.history); err != nil || info.Mode() != 0o640 { // VIEW-3
		t.Errorf("mode: got %v, %v want 0640", info.Mode(), err)
	}
	if err := h.Record(Decision{Choice: Allowed, Time: noon}); err == nil {
		t.Error("a decision of nobody: got no error")
	}
}

// A torn line loses only itself, and foreign lines are skipped.
func TestHistorySkipsTornLines(t *testing.T) {
	h := historyIn(t)
	for _, line := range []string{"", `{"choice":"allowed","time":"2026-03-`, "\x00\x00", `{"choice":"maybe"}`} {
		if err := h.Record(allowed); err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(h.history, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.WriteString(line)
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := h.History(); err != nil || len(got) != 4 {
		t.Errorf("got %d decisions, %v want 4", len(got), err)
	}
}

// SEND-5: the history does not grow forever. If it is full, [Store.Record] fails with a hint for a
// yes, and succeeds for a denial.
func TestHistoryIsFull(t *testing.T) {
	h := historyIn(t)
	if err := os.WriteFile(h.history, []byte(strings.Repeat("x", full-1)+"\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	err := h.Record(allowed)
	if !errors.Is(err, errFull) || !strings.Contains(usage.HintOf(err), h.history) {
		t.Errorf("allow: got %v (%s) want %v and where it is", err, usage.HintOf(err), errFull)
	}
	no := allowed
	no.Choice = Denied
	if err := h.Record(no); err != nil {
		t.Errorf("deny: got %v", err)
	}
	if got, err := h.History(); err != nil || len(got) != 1 {
		t.Errorf("got %d decisions, %v want the denial", len(got), err)
	}
	if err := os.WriteFile(h.history, []byte(strings.Repeat("x", 2*full)), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := h.Record(no); err != nil {
		t.Errorf("deny where there is no room at all: got %v", err)
	}
	if info, err := os.Stat(h.history); err != nil || info.Size() != 2*full {
		t.Errorf("size: got %d, %v want it as it was", info.Size(), err)
	}
}

// CONS-2: if a denial cannot replace the file, [Store.Revoke] writes it into the existing file,
// whatever that held. If this fails too, it empties the file, and an empty file means no.
func TestRevoke(t *testing.T) {
	denial := Decision{Choice: Denied, Time: noon, Actor: "an administrator", ID: "1"}
	for name, content := range map[string]string{
		"longer": text + strings.Repeat(" ", 5000), "shorter": "{}", "empty": "",
	} {
		path := file(t, content, 0o640)
		if emptied, err := at(path).Revoke(denial); emptied || err != nil {
			t.Errorf("%s: got emptied %v, %v", name, emptied, err)
		}
		if got, err := at(path).Read(); err != nil || !cmp.Equal(got, denial) {
			t.Errorf("%s: got %+v, %v want the denial", name, got, err)
		}
	}
	path := file(t, text, 0o640)
	if emptied, err := Open(fullDisk{}, path, "", "").Revoke(denial); !emptied || err != nil {
		t.Errorf("no room: got emptied %v, %v want it emptied", emptied, err)
	}
	denied(t, path)
	if _, err := at(filepath.Join(t.TempDir(), "none")).Revoke(denial); err == nil {
		t.Error("nothing to revoke: got no error")
	}
}

// fullDisk is a disk on which every write fails.
type fullDisk struct{ durable.OS }

func (d fullDisk) Open(path string, flags int, mode os.FileMode) (durable.File, error) {
	f, err := d.OS.Open(path, flags, mode)
	return noRoom{f}, err
}

type noRoom struct{ durable.File }

func (noRoom) Write([]byte) (int, error) { return 0, syscall.ENOSPC }
