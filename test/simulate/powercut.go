package simulate

import (
	"bytes"
	"maps"
	"slices"
)

// sector is the number of bytes that a disk writes atomically.
const sector = 512

// cut cuts the power: of everything that was not fsynced, any part may survive.
func (d *disk) cut() {
	keep := d.dice.below(5) // keep all, none, or some of the names
	for _, r := range d.pending {
		possible := r.after == nil || r.after.lasts
		if possible && (keep == 0 || keep > 1 && d.dice.chance(2)) {
			r.last()
		}
	}
	d.pending = nil
	d.settle(d.root)
}

// settle decides which content of n, and of everything in it, survived.
func (d *disk) settle(n *node) {
	n.holder = nil
	if !n.folder {
		n.lasting = d.torn(n.lasting, n.data)
		n.data = n.lasting
		return
	}
	n.names = maps.Clone(n.lastings)
	for _, name := range slices.Sorted(maps.Keys(n.names)) {
		d.settle(n.names[name])
	}
}

// torn returns content that a power cut may leave of a file: old is durable, latest was written
// since.
func (d *disk) torn(old, latest []byte) []byte {
	if bytes.Equal(old, latest) {
		return old
	}
	appended := bytes.HasPrefix(latest, old) // an append can't lose content that was durable before
	switch d.dice.below(6) {
	case 0:
		return old
	case 1:
		return latest
	case 2: // the length became durable, the content did not
		found := make([]byte, len(latest))
		copy(found, old)
		return found
	case 3: // cut off after the durable part
		from := 0
		if appended {
			from = len(old)
		}
		cut := from + d.dice.below(len(latest)-from+1)
		return latest[:cut:cut]
	case 4: // truncated and not written
		if appended {
			return old
		}
		return nil
	}
	return d.patched(old, latest)
}

// patched returns a mix of old and new sectors.
func (d *disk) patched(old, latest []byte) []byte {
	found := make([]byte, len(latest))
	copy(found, old)
	for at := 0; at < len(latest); at += sector {
		if d.dice.chance(2) {
			copy(found[at:], latest[at:min(at+sector, len(latest))])
		}
	}
	return found
}
