package statelayout

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"polycom.com/usagedata/core/durable"
)

// Sealed files: each begins with a line that holds the checksum of the rest.
const (
	budgetName     = "budget.sealed"     // lines, each with a clock hour and its bytes
	quarantineName = "quarantine.sealed" // JSON
)

// The names of these files before layout 2.
const (
	formerBudget     = "budget.json"
	formerQuarantine = "starts"
)

// maxRenamed is larger than these files, in bytes.
const maxRenamed = 1 << 20

// rename copies the files to their new names, and retires the old ones. After a crash at any point
// it is repeated: files that were copied are copied again, because an older version may have run in
// between, and a file that is already retired keeps its copy. An older version that runs before the
// mark is written finds its budget retired.
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

// copyFormer copies a file unchanged, even if it is damaged, and keeps it locked. If the file
// cannot be read, is not a plain file, or is too long, the copy is empty, which counts as damaged:
// its count of bytes or starts is unknown, and an unknown count is never taken for zero.
func (f Folders) copyFormer(former, name string) (unlock func(), err error) {
	from := f.state(former)
	if f.retired(former) && f.exists(name) || !f.exists(former) {
		return func() {}, nil
	}
	unlock, err = durable.Lock(f.Disk, from)
	if errors.Is(err, fs.ErrPermission) { // another user's, whose service can no longer run in this folder
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

// retire leaves an empty budget under the former name. An older version takes that for a damaged
// budget and sends nothing more in this clock hour, whether it is installed again or still runs. If
// the file cannot be emptied it is removed. The former record of starts is removed, so that an
// older version starts the plugin today.
func (f Folders) retire() error {
	if f.exists(formerBudget) && f.empty(formerBudget) != nil {
		if err := f.remove(formerBudget); err != nil {
			return err
		}
	}
	return f.remove(formerQuarantine)
}

// remove removes the file of a former name. If there is a folder with content instead, it displaces
// that.
func (f Folders) remove(name string) error {
	if info, err := f.Disk.Lstat(f.state(name)); err == nil && info.IsDir() {
		return durable.Displace(f.Disk, f.state(name))
	}
	return durable.Remove(f.Disk, f.state(name))
}

// empty truncates a file, which needs no free disk space.
func (f Folders) empty(name string) error {
	file, err := f.Disk.Open(f.state(name), os.O_WRONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Truncate(0), file.Sync(), file.Close())
}

// olderRan reports whether an older version has run in the folder after this one, and has written
// files under the former names.
func (f Folders) olderRan() bool {
	return f.exists(formerBudget) && !f.retired(formerBudget) || f.exists(formerQuarantine)
}

// takeOver takes over from an older version. The bytes that it sent in this clock hour are not
// known here, so the hour counts as spent. The starts that it made today are ignored. Anything else
// with a former name is taken for a file of an older version.
func (f Folders) takeOver() error {
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

// retired reports whether a file is plain and empty.
func (f Folders) retired(name string) bool {
	info, err := f.Disk.Lstat(f.state(name))
	return err == nil && info.Mode().IsRegular() && info.Size() == 0
}
