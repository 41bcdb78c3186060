package profile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"polycom.com/usagedata/core/usage"
)

// verify looks at what is there itself: a link would lead to what others may own.
func verify(what, path string, kind fs.FileMode) error {
	info, err := os.Lstat(path)
	if err != nil {
		return fmt.Errorf("verify the owner of %s: %w", what, cause(err))
	}
	return entrusted(what, path, kind, info)
}

// entrusted wants a file or folder that only root and we can change. The hint has the path, for the person at the
// terminal.
func entrusted(what, path string, kind fs.FileMode, info fs.FileInfo) error {
	if info.Mode().Type() != kind {
		return usage.WithHint(fmt.Errorf("verify the owner of %s: it is a link or of another kind", what),
			"install the product anew: a link is not followed at "+path)
	}
	mend := fmt.Sprintf("look who changed it, then: chown root: %[1]s && chmod go-w %[1]s", path)
	uid, trusted := ownerOf(info)
	if !trusted {
		return usage.WithHint(fmt.Errorf("verify the owner of %s: it belongs to user %d, neither root nor the one that "+
			"this runs as", what, uid), mend)
	}
	if info.Mode()&0o022 != 0 {
		return usage.WithHint(fmt.Errorf("verify the owner of %s: others than its owner may write it, its mode is %04o", what,
			info.Mode().Perm()), mend)
	}
	return nil
}

// ownerOf returns the owner, and whether it is one who may change what is installed.
func ownerOf(info fs.FileInfo) (uid uint32, trusted bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return stat.Uid, stat.Uid == 0 || int(stat.Uid) == os.Geteuid()
}

// shared tells a folder like /tmp: anybody may put something in, and nobody may move or replace what is ours.
func shared(info fs.FileInfo) bool {
	_, trusted := ownerOf(info)
	return trusted && info.Mode()&fs.ModeSticky != 0
}

// cause is the kernel's own word, without the path.
func cause(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
