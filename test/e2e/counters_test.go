package e2e

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/stage"
)

// CAT-system_resource_usage, CONS-2: by real processes, as a timer starts them, the use of processors
// is known from the second cycle on, with the time since the first. A preview neither uses nor changes
// the counters, and a denial removes them.
func TestUseOfProcessorsSinceTheLastCycle(t *testing.T) {
	t.Parallel()
	s := set(t, stage.Plan{Product: "dma"})
	p := played{texts: map[string]string{}}
	p.says(t, s, 0, "consent", "allow", "--yes")
	first := waitingDocument(t, s, p)
	if !strings.Contains(first, `"system_resource_usage.cpu_used_percent": "`+usage.NotYet.Sentence()+`"`) {
		t.Errorf("the first cycle: got\n%s", first)
	}
	counters := filepath.Join(s.Dir, "state/counters.sealed")
	kept := read(t, counters)
	if preview := p.says(t, s, 0, "preview"); !strings.Contains(preview, usage.NotYet.Sentence()) {
		t.Errorf("preview: got\n%s", preview)
	}
	if read(t, counters) != kept {
		t.Error("the preview changed the counters")
	}
	var second string
	for until := time.Now().Add(30 * time.Second); time.Now().Before(until); <-time.After(200 * time.Millisecond) {
		second = waitingDocument(t, s, p)
		if strings.Contains(second, `"cpu_used_percent": `) && strings.Contains(second, `"cpu_interval": `) {
			break
		}
	}
	if !strings.Contains(second, `"cpu_interval": `) || strings.Contains(second, usage.NotYet.Sentence()) {
		t.Errorf("later cycles: got\n%s", second)
	}
	p.says(t, s, 0, "consent", "deny")
	if _, err := os.Lstat(counters); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("after the denial: got %v, want no counters", err)
	}
}

// waitingDocument makes the hour's document, as if the hour had none yet, and returns it. The
// collection point does not accept it.
func waitingDocument(t *testing.T, s *stage.Stage, p played) string {
	t.Helper()
	waiting := filepath.Join(s.Dir, "state/spool/*.doc")
	former, _ := filepath.Glob(waiting) // the pattern is valid
	for _, path := range append(former, filepath.Join(s.Dir, "state/spool/produced")) {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
	if err := s.Point.Behave("status:503"); err != nil {
		t.Fatal(err)
	}
	p.says(t, s, 4, "send")
	made, _ := filepath.Glob(waiting)
	if len(made) != 1 {
		t.Fatalf("got %d documents that wait, want 1", len(made))
	}
	return read(t, made[0])
}
