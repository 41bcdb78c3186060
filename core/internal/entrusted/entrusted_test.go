package entrusted

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"polycom.com/usagedata/core/usage"
)

const stranger = 4711 // neither root nor the test's user

// laid returns a file, and the folder two levels above it; only this user can change either.
func laid(t *testing.T) (folder, file string) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "etc")
	file = filepath.Join(folder, "service", "config.yaml")
	err := errors.Join(os.Chmod(filepath.Dir(folder), 0o755), os.Mkdir(folder, 0o755),
		os.Mkdir(filepath.Dir(file), 0o755), os.WriteFile(file, nil, 0o640))
	if err != nil {
		t.Fatal(err)
	}
	return folder, file
}

// judge checks a file as a reader does: the open file and the path to it.
func judge(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	return errors.Join(TrustedUsers().Check(path, info), TrustedUsers().CheckPath(path))
}

// letsWrite sets an access control list, see acl(5), that lets the owner and one more user write.
func letsWrite(path string) error {
	list := binary.LittleEndian.AppendUint32(nil, 2)
	for _, e := range []struct {
		tag, perm uint16
		id        uint32
	}{{1, 6, unknown}, {2, 6, stranger}, {4, 4, unknown}, {16, 6, unknown}, {32, 0, unknown}} {
		list = binary.LittleEndian.AppendUint16(list, e.tag)
		list = binary.LittleEndian.AppendUint16(list, e.perm)
		list = binary.LittleEndian.AppendUint32(list, e.id)
	}
	err := syscall.Setxattr(path, "system.posix_acl_access", list, 0)
	if errors.Is(err, syscall.ENOTSUP) { // no such lists on this file system; the mode must do
		return os.Chmod(path, 0o660)
	}
	return err
}

// S18: every way in which another user could have changed a file is found, and the hint names the
// place.
func TestWritersOtherThanTheOwner(t *testing.T) {
	for name, c := range map[string]struct {
		change func(folder, file string) error
		want   string // empty: no other user
	}{
		"nobody":            {func(_, _ string) error { return nil }, ""},
		"read by all":       {func(_, file string) error { return os.Chmod(file, 0o444) }, ""},
		"written by all":    {func(_, file string) error { return os.Chmod(file, 0o666) }, "(mode 0666)"},
		"written by others": {func(_, file string) error { return os.Chmod(file, 0o602) }, "(mode 0602)"},
		"by a list":         {func(_, file string) error { return letsWrite(file) }, "(mode 0660)"},
		"the folder":        {func(_, file string) error { return os.Chmod(filepath.Dir(file), 0o757) }, "(mode 0757)"},
		"a folder above":    {func(folder, _ string) error { return os.Chmod(folder, 0o777) }, "(mode 0777)"},
		"below one like /tmp": {func(folder, _ string) error {
			return os.Chmod(folder, 0o777|os.ModeSticky)
		}, ""},
		"a link": {func(_, file string) error {
			return errors.Join(os.Rename(file, file+"-1"), os.Symlink("config.yaml-1", file))
		}, ""},
		"a link to where others write": {func(folder, file string) error {
			open := filepath.Join(filepath.Dir(folder), "open")
			return errors.Join(os.Mkdir(open, 0o755), os.Rename(file, open+"/x"), os.Symlink(open+"/x", file),
				os.Chmod(open, 0o777))
		}, "(mode 0777)"},
		"a link by way of a link that others could change": {func(folder, file string) error {
			open := filepath.Join(filepath.Dir(folder), "open")
			return errors.Join(os.Mkdir(open, 0o755), os.Rename(file, file+"-1"), os.Symlink(file+"-1", open+"/x"),
				os.Symlink("../../open/x", file), os.Chmod(open, 0o777))
		}, "(mode 0777)"},
	} {
		folder, file := laid(t)
		if err := c.change(folder, file); err != nil {
			t.Fatal(err)
		}
		isJudged(t, name, file, c.want)
	}
}

// Changes of ownership, which only root can make, are found too.
func TestOwnersOtherThanUs(t *testing.T) {
	if os.Geteuid() != 0 {
		return
	}
	for name, c := range map[string]struct {
		change func(folder, file string) error
		want   string
	}{
		"the file": {func(_, file string) error { return os.Chown(file, stranger, 0) }, "it belongs to user 4711"},
		"a folder": {func(folder, _ string) error { return os.Chown(folder, stranger, 0) },
			"it belongs to user 4711"},
		"root's group": {func(_, file string) error { return os.Chmod(file, 0o664) }, "(mode 0664)"},
		"a group": {func(_, file string) error {
			return errors.Join(os.Chown(file, 0, stranger), os.Chmod(file, 0o664))
		}, "(mode 0664)"},
		"like /tmp, another's": {func(folder, _ string) error {
			return errors.Join(os.Chown(folder, stranger, 0), os.Chmod(folder, 0o777|os.ModeSticky))
		}, "it belongs to user 4711"},
		"a link": {func(folder, file string) error {
			return errors.Join(os.Rename(file, file+"-1"), os.Symlink(file+"-1", file), os.Lchown(file, stranger, 0),
				os.Chmod(folder, 0o777|os.ModeSticky))
		}, "a link in the path belongs to user 4711"},
	} {
		folder, file := laid(t)
		if err := c.change(folder, file); err != nil {
			t.Fatal(err)
		}
		isJudged(t, name, file, c.want)
	}
	_, file := laid(t)
	if err := os.Chown(file, stranger, 0); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || TrustedUsers(stranger).Check(file, info) != nil {
		t.Errorf("a user who is named: got %v, %v want it fine", err, TrustedUsers(stranger).Check(file, info))
	}
}

func isJudged(t *testing.T, name, file, want string) {
	t.Helper()
	err := judge(file)
	switch {
	case want == "":
		if err != nil {
			t.Errorf("%s: got %v, want nobody", name, err)
		}
	case err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), file):
		t.Errorf("%s: got %v, want %q and no path", name, err, want)
	case !strings.Contains(usage.HintOf(err), filepath.Dir(filepath.Dir(filepath.Dir(file)))):
		t.Errorf("%s: got the hint %q, want one with the place", name, usage.HintOf(err))
	}
}

// If a group may write a file, it must belong to the owner alone, according to the account files.
func TestAlone(t *testing.T) {
	const users = "root:x:0:0:root:/root:/bin/sh\nanna:x:1000:1000:Anna:/home/anna:/bin/sh\n" +
		"bob:x:1001:1001::/home/bob:/bin/sh\n"
	const groups = "root:x:0:\nanna:x:1000:\nbob:x:1001:anna\nstaff:x:50:anna,bob\nempty:x:60:\n"
	for name, c := range map[string]struct {
		uid, gid      uint32
		users, groups string
		want          bool
	}{
		"her own": {1000, 1000, users, groups, true},
		"her own, named": {1000, 1000, users, strings.Replace(groups, "x:1000:", "x:1000:anna", 1),
			true},
		"another is a member": {1001, 1001, users, groups, false},
		"shared":              {1000, 50, users, groups, false},
		"a second line":       {1000, 1000, users, groups + "more:x:1000:bob\n", false},
		"the group of another's log-in": {1000, 1000, strings.Replace(users, "1001:1001", "1001:1000", 1), groups,
			false},
		"no such group":      {1000, 70, users, groups, false},
		"no such user":       {2000, 60, users, groups, false},
		"users of a server":  {1000, 1000, users + "+::::::\n", groups, false},
		"groups of a server": {1000, 1000, users, groups + "+:::\n", false},
		"nothing":            {1000, 1000, "", "", false},
		"torn":               {1000, 1000, users, "anna:x:1000", false},
	} {
		if got := soleMember(c.uid, c.gid, c.users, c.groups); got != c.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
	if isPrivateGroup(0, 0) {
		t.Error("root's group: got it root's alone")
	}
}
