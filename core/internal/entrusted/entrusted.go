// Package entrusted finds out whether other users could have changed a file: as its owner, by its
// mode, by an access control list, or through a folder or a link on the way to it. A file that
// decides which data may leave the appliance, and to which server, is trusted only if no user but
// root and the user of this process could have changed it.
package entrusted

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"polycom.com/usagedata/core/usage"
)

// Users are the users that may be able to change a file.
type Users []uint32

// TrustedUsers returns root, the user of this process, and others.
func TrustedUsers(others ...uint32) Users { return append(Users{0, uint32(os.Geteuid())}, others...) }

// Check returns an error if another user owns the file that info describes, or may write it. The
// error does not contain the path, but its hint does.
func (u Users) Check(path string, info fs.FileInfo) error {
	hint := fmt.Sprintf("find out who changed it, then run: chown root: %[1]s && chmod go-w %[1]s", path)
	uid, gid, _ := OwnerOf(info) // if the owner is unknown, it is not among them
	if !slices.Contains(u, uid) {
		return usage.WithHint(fmt.Errorf("it belongs to user %d, not to root or the user of this process", uid), hint)
	}
	mode := info.Mode().Perm()
	if mode&0o002 != 0 || mode&0o020 != 0 && (!isPrivateGroup(uid, gid) || hasACL(path)) {
		return usage.WithHint(fmt.Errorf("users other than its owner may write it (mode %04o)", mode), hint)
	}
	return nil
}

// CheckPath verifies each folder and each link that leads to path, from the root down; it does not
// verify path itself unless that is a link. A folder like /tmp passes: others can create files in
// it, but cannot move or replace ours.
func (u Users) CheckPath(path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	at, rest, links := "/", parts(path), 0
	for len(rest) > 0 {
		if err := u.checkFolder(at); err != nil {
			return err
		}
		next := filepath.Join(at, rest[0]) // correct for .. too, because no part of at is a link
		rest = rest[1:]
		to, err := u.follow(next)
		if err != nil {
			return err
		}
		if to == "" {
			at = next
			continue
		}
		if links++; links > maxLinks {
			return &fs.PathError{Op: "follow", Path: path, Err: syscall.ELOOP}
		}
		if filepath.IsAbs(to) {
			at = "/"
		}
		rest = append(parts(to), rest...)
	}
	return nil
}

// maxLinks is the number of links that Linux follows on the way to a file.
const maxLinks = 40

func parts(path string) []string {
	return slices.DeleteFunc(strings.Split(path, "/"), func(part string) bool { return part == "" })
}

// checkFolder verifies a folder on the way.
func (u Users) checkFolder(folder string) error {
	info, err := os.Lstat(folder)
	if err != nil {
		return err
	}
	uid, _, _ := OwnerOf(info)
	if info.Mode()&fs.ModeSticky != 0 && slices.Contains(u, uid) {
		return nil
	}
	return u.Check(folder, info)
}

// follow returns the target of a link; empty if path is not a link. The owner of a link can make it
// lead elsewhere; its mode means nothing.
func (u Users) follow(path string) (to string, err error) {
	info, err := os.Lstat(path)
	if err != nil || info.Mode().Type() != fs.ModeSymlink {
		return "", err
	}
	if uid, _, _ := OwnerOf(info); !slices.Contains(u, uid) {
		return "", usage.WithHint(fmt.Errorf("a link in the path belongs to user %d, not to root or the user of this "+
			"process", uid), "find out where it leads, then run: chown -h root: "+path)
	}
	return os.Readlink(path)
}

// hasACL reports whether a file has an access control list, which may let users outside its group
// write. If there is such a list, the group's bits in the mode show only the most that it permits.
func hasACL(path string) bool {
	_, err := syscall.Getxattr(path, "system.posix_acl_access", nil)
	return !errors.Is(err, syscall.ENODATA) && !errors.Is(err, syscall.ENOTSUP)
}
