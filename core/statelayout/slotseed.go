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
type SlotSeed struct{ folders Folders }

// For returns the seed of this draw, and makes it once. A draw is any text that the administrator
// may change, when two appliances should not share a slot, or when a machine was cloned. A seed
// that can't be read is drawn anew: another slot costs nothing. A crash leaves the former seed, or
// this one.
func (s SlotSeed) For(draw string) ([]byte, error) {
	kept, damaged := s.Look(draw)
	if kept != nil {
		return kept, nil
	}
	seed := []byte(rand.Text()[:seedSize])
	if err := durable.WriteFile(s.folders.Disk, s.folders.state(slotSeedName), append(seed, draw...), 0o600); err != nil {
		return nil, fmt.Errorf("write slot: %w", err)
	}
	if damaged {
		s.folders.mended(slotSeedName, "this appliance has another slot in the hour")
	}
	return seed, nil
}

// Look returns the seed of this draw if there is one, and whether the file is damaged. It writes nothing.
func (s SlotSeed) Look(draw string) (seed []byte, damaged bool) {
	kept, _, err := durable.ReadFile(s.folders.Disk, s.folders.state(slotSeedName), maxSeed)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, false
	case err != nil || len(kept) < seedSize || durable.Zeros(kept):
		return nil, true
	case string(kept[seedSize:]) != draw:
		return nil, false
	}
	return kept[:seedSize], false
}
