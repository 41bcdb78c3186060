package admin

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/core/status"
)

// Kept lists the product's documents that were set aside, with the reasons.
func (a Appliance) Kept() ([]status.Kept, error) {
	return status.LookAtKept(a.Spool, a.Journal, a.Profile.ID)
}

// ReadKept returns a document of [Appliance.Kept], byte for byte. If it is damaged, the text is that
// of its whole file, and Damaged is true, whatever the reason why it was set aside. Only documents
// that are listed are read, so that an id cannot be used as a path; for another id the error is
// [fs.ErrNotExist].
func (a Appliance) ReadKept(id string) (status.Kept, []byte, error) {
	all, err := a.Kept()
	if err != nil {
		return status.Kept{}, nil, err
	}
	i := slices.IndexFunc(all, func(k status.Kept) bool { return k.ID == id })
	if i < 0 {
		return status.Kept{}, nil, fmt.Errorf("read a document that was set aside: %w", fs.ErrNotExist)
	}
	text, err := a.Spool.ReadKept(id)
	all[i].Damaged = errors.Is(err, spool.ErrDamaged)
	if all[i].Damaged {
		return all[i], text, nil
	}
	return all[i], text, err
}
