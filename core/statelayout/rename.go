package statelayout

import (
	"errors"
	"fmt"
	"io/fs"

	"polycom.com/usagedata/core/durable"
)

// Files that are sealed: a line with the checksum of what follows it.
const (
	budgetName     = "budget.sealed"     // lines of a clock hour and its bytes
	quarantineName = "quarantine.sealed" // JSON
)

// renamed are the files that had other names before layout 2.
var renamed = []struct{ former, name string }{{"budget.json", budgetName}, {"starts", quarantineName}}

// maxRenamed is more than the largest of these files, in bytes.
const maxRenamed = 1 << 20

// rename copies the files to their names of today, writes the mark, and then removes those of
// before. After a crash before the mark, the files of before are as they were: this version copies
// them again, and an older one goes on with them. A crash after the mark leaves files that nothing
// reads.
//
// A service of an older version may still run. It waits for the locks that are held here, and then
// finds no budget, which means to it that the clock hour is spent.
func (f Folders) rename() error {
	var former []string
	for _, file := range renamed {
		unlock, err := f.copyFormer(file.former, file.name)
		if err != nil {
			return err
		}
		defer unlock()
		former = append(former, f.state(file.former))
	}
	line := fmt.Appendf(nil, "%s%d\n", mark, latest)
	if err := durable.WriteFile(f.Disk, f.state(markName), line, 0o640); err != nil {
		return err
	}
	return durable.Remove(f.Disk, former...)
}

// copyFormer copies a file as it is, damage included, and keeps it locked. One that is not a plain
// file, or too long, becomes an empty one, which is damaged as well: what was spent or started is
// not known, and never counts as nothing.
func (f Folders) copyFormer(former, name string) (unlock func(), err error) {
	from := f.state(former)
	if _, err := f.Disk.Lstat(from); errors.Is(err, fs.ErrNotExist) {
		return func() {}, nil
	}
	if unlock, err = durable.Lock(f.Disk, from); err != nil {
		return nil, err
	}
	content, _, err := durable.ReadFile(f.Disk, from, maxRenamed)
	if errors.Is(err, durable.ErrDamaged) {
		content, err = nil, nil
	}
	if err == nil {
		err = durable.WriteFile(f.Disk, f.state(name), content, 0o600)
	}
	if err != nil {
		unlock()
		return nil, fmt.Errorf("rename %s: %w", former, err)
	}
	return unlock, nil
}
