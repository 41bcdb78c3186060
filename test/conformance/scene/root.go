package scene

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// maxRoot is the largest root that is copied, in bytes.
const maxRoot = 256 << 20

// copying copies a root. It passes each file through change.
type copying struct {
	from, to string
	change   func(path string, was []byte) (is []byte, there bool)
	size     int64
}

// copyRoot gives the plugin a copy of its root. If the root is that of the machine, nothing is
// copied and the new root is empty.
func (s *stagedWorld) copyRoot(change func(path string, was []byte) ([]byte, bool)) error {
	c := copying{from: s.world().Root, to: filepath.Join(s.dir, "root"), change: change}
	s.world().Root = c.to
	if err := os.Mkdir(c.to, 0o755); err != nil || c.from == "/" {
		return err
	}
	return filepath.WalkDir(c.from, c.entry)
}

// bareRoot gives the plugin an empty root.
func (s *stagedWorld) bareRoot() error {
	s.world().Root = filepath.Join(s.dir, "root")
	return os.Mkdir(s.world().Root, 0o755)
}

func (c *copying) entry(path string, d fs.DirEntry, err error) error {
	if err != nil {
		return err
	}
	relative, err := filepath.Rel(c.from, path)
	if err != nil {
		return err
	}
	to := filepath.Join(c.to, relative)
	switch {
	case d.IsDir():
		return os.MkdirAll(to, 0o755)
	case d.Type()&fs.ModeSymlink != 0:
		target, err := os.Readlink(path)
		if err != nil {
			return err
		}
		return os.Symlink(target, to)
	case !d.Type().IsRegular():
		return nil
	}
	return c.file(path, relative, to)
}

func (c *copying) file(path, relative, to string) error {
	was, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if c.size += int64(len(was)); c.size > maxRoot {
		return errors.New("the root is too large to copy: use a smaller one")
	}
	is, there := c.change("/"+relative, was)
	if !there {
		return nil
	}
	return os.WriteFile(to, is, 0o644)
}
