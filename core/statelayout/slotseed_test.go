package statelayout

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/window"
)

// room is the longest duration of a cycle.
const room = 4 * time.Minute

func seedIn(state string) SlotSeed { return SlotSeed{Folders{Disk: durable.OS{}, State: state}} }

// SEND-3, SEND-5: the slot belongs to this appliance, does not change, and is drawn again if the
// setting changes.
func TestSlotChangesOnlyWithTheSetting(t *testing.T) {
	state, w := t.TempDir(), window.Window{Before: 5 * time.Minute, After: 5 * time.Minute}
	slot := func(draw string) time.Duration {
		t.Helper()
		seed, err := seedIn(state).For(draw)
		if err != nil {
			t.Fatal(err)
		}
		s := w.Slot(seed, room)
		if s <= w.After || s > time.Hour-w.Before-room {
			t.Fatalf("got %v, want within the open minutes", s)
		}
		return s
	}
	seen := map[time.Duration]bool{}
	for _, draw := range []string{"", "2", "3", "spring", "spring 2", "6", "7", "8"} {
		first := slot(draw)
		seen[first] = true
		if again := slot(draw); again != first {
			t.Errorf("draw %q: got %v, then %v, want the same", draw, first, again)
		}
	}
	if len(seen) < 4 { // of 8 draws among 2,760 seconds
		t.Errorf("got %d slots of 8 draws", len(seen))
	}
}

// An unwritable folder is an error, because a slot that changed at every start would be useless.
func TestSlotThatCannotBeStored(t *testing.T) {
	if _, err := seedIn(filepath.Join(t.TempDir(), "missing")).For(""); err == nil {
		t.Error("got no error")
	}
}

// SEND-3: whatever the file holds, there is a seed, and it is the same the next time. A seed kept
// for this draw is kept, and nothing else.
func FuzzSlotSeed(f *testing.F) {
	f.Add([]byte(""), "")
	f.Add([]byte("ABCDEFGHIJKLMNOP"), "")
	f.Add([]byte("ABCDEFGHIJKLMNOPspring"), "spring")
	f.Add([]byte("ABCDEFGHIJKLMNOPspring 2"), "spring")
	f.Add([]byte("torn"), "")
	f.Fuzz(func(t *testing.T, kept []byte, draw string) {
		s := seedIn(t.TempDir())
		if err := os.WriteFile(filepath.Join(s.folders.State, slotSeedName), kept, 0o600); err != nil {
			t.Fatal(err)
		}
		seed, err := s.For(draw)
		if err != nil {
			t.Fatal(err)
		}
		again, err := s.For(draw)
		if err != nil || !bytes.Equal(seed, again) || len(seed) != seedSize {
			t.Errorf("got %q, then %q, %v", seed, again, err)
		}
		whole := len(kept) >= seedSize && !durable.Zeros(kept)
		if stays := whole && string(kept[seedSize:]) == draw; stays != bytes.HasPrefix(kept, seed) {
			t.Errorf("%q kept, draw %q: got %q", kept, draw, seed)
		}
	})
}
