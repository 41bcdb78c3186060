package simulate

import (
	"bytes"
	"maps"
	"slices"
)

// sector is what a disk writes whole.
const sector = 512

// cut is the power cut: of all that was not synchronized any part may be there.
func (d *disk) cut() {
	keep := d.dice.below(5) // all, none, or some of the names
	for _, r := range d.pending {
		possible := r.after == nil || r.after.lasts
		if possible && (keep == 0 || keep > 1 && d.dice.chance(2)) {
			r.last()
		}
	}
	d.pending = nil
	d.settle(d.root)
}

// settle goes through what is left.
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

// torn is what may be found of a file that lasted as old and was new.
func (d *disk) torn(old, latest []byte) []byte {
	if bytes.Equal(old, latest) {
		return old
	}
	appended := bytes.HasPrefix(latest, old) // what lasted before an append does not go with it
	switch d.dice.below(6) {
	case 0:
		return old
	case 1:
		return latest
	case 2: // the length came first, nothing of the content
		found := make([]byte, len(latest))
		copy(found, old)
		return found
	case 3: // cut off somewhere behind what lasted
		from := 0
		if appended {
			from = len(old)
		}
		cut := from + d.dice.below(len(latest)-from+1)
		return latest[:cut:cut]
	case 4: // truncated, and no more
		if appended {
			return old
		}
		return nil
	}
	return d.patched(old, latest)
}

// patched has some sectors of the one and some of the other.
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
