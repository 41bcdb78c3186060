package statelayout

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"

	"polycom.com/usagedata/core/durable"
)

// Bounds of the slot's seed, in bytes.
const (
	seedSize = 16 // the file holds this much, and then the draw that the seed was made for
	maxSeed  = 4 << 10
)

// SlotSeed keeps the random seed of this appliance's slot, so that a fleet spreads over the open
// minutes and nothing of the appliance shows in its slot.
type SlotSeed struct {
	disk durable.Disk
	path string
}

// For returns the seed of this draw, and makes it once. A draw is any text that the administrator
// may change, when two appliances should not share a slot, or when a machine was cloned. A crash
// leaves the former seed, or this one.
func (s SlotSeed) For(draw string) ([]byte, error) {
	kept, _, err := durable.ReadFile(s.disk, s.path, maxSeed)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read slot: %w", err)
	}
	if len(kept) < seedSize || string(kept[seedSize:]) != draw {
		kept = append(kept[:0], rand.Text()[:seedSize]+draw...)
		if err := durable.WriteFile(s.disk, s.path, kept, 0o600); err != nil {
			return nil, fmt.Errorf("write slot: %w", err)
		}
	}
	return kept[:seedSize], nil
}
