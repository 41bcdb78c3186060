package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

// Check implements [Store]. It writes a temporary file, gives it a second name as Create does, and
// removes both.
func (f *Folder) Check(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := f.probe(); err != nil {
		return fmt.Errorf("write to the folder %s: %w", f.root, withHint(f.root, err))
	}
	return nil
}

func (f *Folder) probe() error {
	if err := openFolder(f.disk, f.root); err != nil {
		return err
	}
	done, err := f.room.take(0)
	if err != nil {
		return err
	}
	defer done()
	temp, err := f.writeTemporary(nil)
	if err != nil {
		return err
	}
	defer temp.remove()
	second := temp.path + "-link"
	if err := f.disk.Link(temp.path, second); err != nil {
		return full(err)
	}
	return f.disk.Remove(second)
}

// withHint adds to an error how the folder can be made one that the store can use.
func withHint(root string, err error) error {
	return usage.WithHint(err, hint(root, err))
}

func hint(root string, err error) string {
	var link *os.LinkError
	switch {
	case errors.Is(err, ErrFull):
		return fmt.Sprintf("free space on the file system of %s, or let the store leave less of it free; "+
			"`df -h %[1]s` and `df -i %[1]s` show it", root)
	case errors.Is(err, syscall.EROFS):
		return durable.ReadOnlyHint(root)
	case errors.Is(err, syscall.ENOTDIR):
		return fmt.Sprintf("%s is not a folder: give the store a folder", root)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Sprintf("mount the disk of %s, or create the folder above it", root)
	case errors.As(err, &link):
		return "the file system must have hard links, as ext4 and XFS do"
	case errors.Is(err, fs.ErrPermission):
		return fmt.Sprintf("the folder %s must belong to the user that runs this program: "+
			"`ls -ld %[1]s` shows its owner", root)
	}
	return "see the system's log for errors of the disk"
}
