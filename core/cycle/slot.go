package cycle

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/window"
)

const (
	// room is what is left between the slot and the closing edge: a whole cycle with its longest upload fits in.
	room = 4 * time.Minute

	seedSize = 16 // bytes of the seed's file before the draw that it was made for
	maxSeed  = 4 << 10
)

// Slot returns this appliance's own offset into the clock hour. It comes from a random seed that is kept in the state
// folder, so that a fleet spreads over the open minutes and nothing of the appliance shows in it. The seed is made once
// for each draw, which is any text: the administrator's to change, where two appliances should not share a slot, or
// where a machine was cloned.
func Slot(disk durable.Disk, state string, w window.Window, draw string) (time.Duration, error) {
	path := filepath.Join(state, "slot.seed")
	kept, _, err := durable.ReadFile(disk, path, maxSeed)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("read slot: %w", err)
	}
	if len(kept) < seedSize || string(kept[seedSize:]) != draw {
		kept = append(kept[:0], rand.Text()[:seedSize]+draw...)
		if err := durable.WriteFile(disk, path, kept, 0o600); err != nil {
			return 0, fmt.Errorf("write slot: %w", err)
		}
	}
	return w.Slot(kept[:seedSize], room), nil
}
