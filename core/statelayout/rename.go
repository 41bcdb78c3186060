package statelayout

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"polycom.com/usagedata/core/durable"
)

// Files that are sealed: a line with the checksum of what follows it.
const (
	budgetName     = "budget.sealed"     // lines of a clock hour and its bytes
	quarantineName = "quarantine.sealed" // JSON
)

// The same files before layout 2.
const (
	formerBudget     = "budget.json"
	formerQuarantine = "starts"
)

// maxRenamed is more than the largest of these files, in bytes.
const maxRenamed = 1 << 20

// rename copies the files to their names of today, and retires those of before. After a crash
// anywhere it is repeated: what was copied before is copied again, as an older version may have run
// in between, and what is retired already is left as it was copied. An older version that runs
// before the mark is written finds its budget retired.
func (f Folders) rename() error {
	for _, file := range []struct{ former, name string }{
		{formerBudget, budgetName}, {formerQuarantine, quarantineName},
	} {
		unlock, err := f.copyFormer(file.former, file.name)
		if err != nil {
			return err
		}
		defer unlock()
	}
	return f.retire()
}

// copyFormer copies a file as it is, damage included, and keeps it locked. One that can't be read,
// that is not a plain file, or too long, becomes an empty one, which is damaged as well: what was
// spent or started is not known, and never counts as nothing.
func (f Folders) copyFormer(former, name string) (unlock func(), err error) {
	from := f.state(former)
	if f.retired(former) && f.exists(name) || !f.exists(former) {
		return func() {}, nil
	}
	unlock, err = durable.Lock(f.Disk, from)
	if errors.Is(err, fs.ErrPermission) { // another user's, whose service can't run in this folder any more
		unlock, err = func() {}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("rename %s: %w", former, err)
	}
	content, _, err := durable.ReadFile(f.Disk, from, maxRenamed)
	if err != nil {
		content = nil
	}
	if err := durable.WriteFile(f.Disk, f.state(name), content, 0o600); err != nil {
		unlock()
		return nil, fmt.Errorf("rename %s: %w", former, err)
	}
	return unlock, nil
}

// retire leaves an empty budget under the former name. To an older version that is a damaged one:
// it sends nothing more in this clock hour, also if it is installed again, and also if it still
// runs. Where the file can't be emptied it is removed. The former record of starts is removed, so
// that an older version starts the plugin today.
func (f Folders) retire() error {
	if f.exists(formerBudget) && f.empty(formerBudget) != nil {
		if err := f.remove(formerBudget); err != nil {
			return err
		}
	}
	return f.remove(formerQuarantine)
}

// remove takes away what has the name of a former file, and displaces a folder with something in
// it.
func (f Folders) remove(name string) error {
	if info, err := f.Disk.Lstat(f.state(name)); err == nil && info.IsDir() {
		return durable.Displace(f.Disk, f.state(name))
	}
	return durable.Remove(f.Disk, f.state(name))
}

// empty takes the content of a file without needing room for another.
func (f Folders) empty(name string) error {
	file, err := f.Disk.Open(f.state(name), os.O_WRONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Truncate(0), file.Sync(), file.Close())
}

// olderRan tells whether an older version has run in the folder after this one: it has written
// files under the former names.
func (f Folders) olderRan() bool {
	return f.exists(formerBudget) && !f.retired(formerBudget) || f.exists(formerQuarantine)
}

// takeBack goes on after an older version. What that one sent in this clock hour is not known here,
// so that the hour counts as spent. What it started today is passed over. Whatever else has a
// former name is taken for that of an older version.
func (f Folders) takeBack() error {
	if f.exists(formerBudget) && !f.retired(formerBudget) {
		unlock, err := durable.Lock(f.Disk, f.state(budgetName))
		if err != nil {
			return err
		}
		defer unlock()
		if err := durable.WriteFile(f.Disk, f.state(budgetName), nil, 0o600); err != nil {
			return err
		}
	}
	return f.retire()
}

func (f Folders) exists(name string) bool {
	_, err := f.Disk.Lstat(f.state(name))
	return !errors.Is(err, fs.ErrNotExist)
}

// retired tells whether a file is a plain one and empty.
func (f Folders) retired(name string) bool {
	info, err := f.Disk.Lstat(f.state(name))
	return err == nil && info.Mode().IsRegular() && info.Size() == 0
}
