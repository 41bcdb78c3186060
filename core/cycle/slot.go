package cycle

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"polycom.com/usagedata/core/internal/durable"
	"polycom.com/usagedata/core/window"
)

// room is what is left between the slot and the closing edge: a whole cycle with its longest upload fits in.
const room = 4 * time.Minute

// Slot returns this appliance's own offset into the clock hour. It comes from a random seed that is made once and kept
// in the state folder, so that a fleet spreads over the open minutes and nothing of the appliance shows in it.
func Slot(state string, w window.Window) (time.Duration, error) {
	path := filepath.Join(state, "slot.seed")
	seed, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		seed = make([]byte, 16)
		_, _ = rand.Read(seed) // never fails: crypto/rand ends the process instead
		err = durable.WriteFile(path, seed, 0o600)
	}
	if err != nil {
		return 0, fmt.Errorf("read slot: %w", err)
	}
	return w.Slot(seed, room), nil
}
