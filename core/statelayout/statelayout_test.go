package statelayout

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

func at(dir string) Folders { return Folders{Disk: durable.OS{}, State: dir} }

func marked(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	if text != "" {
		if err := os.WriteFile(filepath.Join(dir, markName), []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A folder without a mark, and one of this layout, are opened, also by several at once; the mark is
// there afterwards.
func TestForward(t *testing.T) {
	for _, text := range []string{"", "usagedata-state/1\n"} {
		dir := marked(t, text)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if err := at(dir).forward(); err != nil {
					t.Errorf("%q: got %v", text, err)
				}
			})
		}
		all.Wait()
		if got, err := os.ReadFile(filepath.Join(dir, markName)); err != nil || string(got) != "usagedata-state/1\n" {
			t.Errorf("%q: got %q, %v", text, got, err)
		}
	}
}

// A downgrade is refused with words, and changes nothing.
func TestNewerIsRefused(t *testing.T) {
	dir := marked(t, "usagedata-state/2\n")
	err := at(dir).forward()
	if !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "its layout is 2, this version knows 1") ||
		usage.HintOf(err) == "" {
		t.Errorf("got %v (%s)", err, usage.HintOf(err))
	}
	if got, _ := os.ReadFile(filepath.Join(dir, markName)); string(got) != "usagedata-state/2\n" {
		t.Errorf("got %q want it as it was", got)
	}
}

func TestDamagedMark(t *testing.T) {
	for _, text := range []string{"\n", "1\n", "usagedata-state/\n", "usagedata-state/0\n", "usagedata-state/-1\n",
		"usagedata-state/1\nmore", strings.Repeat("x", 200)} {
		if err := at(marked(t, text)).forward(); err == nil {
			t.Errorf("%q: got no error", text)
		}
	}
}
