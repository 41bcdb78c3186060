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
	seedSize = 16 // the file holds that many bytes, followed by the draw for which the seed was made
	maxSeed  = 4 << 10
)

// SlotSeed keeps the random seed of this appliance's slot, so that a fleet spreads over the open
// minutes and the slot reveals nothing about the appliance.
type SlotSeed struct{ folders Folders }

// For returns the seed of this draw, and makes it the first time. A draw is any text; the
// administrator may change it if two appliances share a slot, or if a machine was cloned. If the
// seed cannot be read, For makes a new one, because another slot costs nothing. A crash leaves
// either the former seed or this one.
func (s SlotSeed) For(draw string) ([]byte, error) {
	kept, damaged := s.Look(draw)
	if kept != nil {
		return kept, nil
	}
	seed := []byte(rand.Text()[:seedSize])
	if err := durable.WriteFile(s.folders.Disk, s.folders.state(slotSeedName), append(seed, draw...),
		0o600); err != nil {
		return nil, fmt.Errorf("write slot: %w", err)
	}
	if damaged {
		s.folders.mended(slotSeedName, "this appliance has another slot in the hour")
	}
	return seed, nil
}

// Look returns the seed of this draw if there is one, and reports whether the file is damaged. It
// writes nothing.
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
