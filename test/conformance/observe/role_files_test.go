package observe

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

func fileRoles() map[string]role {
	return map[string]role{
		"write":    does(func(a []string) error { return os.WriteFile(a[0], []byte("x"), 0o600) }),
		"truncate": does(func(a []string) error { return os.Truncate(a[0], 0) }),
		"remove":   does(func(a []string) error { return unix.Unlink(a[0]) }),
		"folder":   does(func(a []string) error { return os.Mkdir(a[0], 0o700) }),
		"link":     does(func(a []string) error { return os.Symlink("/etc/passwd", a[0]) }),
		"hard":     does(func(a []string) error { return os.Link(a[0], a[1]) }),
		"move":     does(func(a []string) error { return os.Rename(a[0], a[1]) }),
		"mode":     does(func(a []string) error { return os.Chmod(a[0], 0o777) }),
		"owner":    does(func(a []string) error { return os.Chown(a[0], os.Getuid(), os.Getgid()) }),
		"touch":    does(func(a []string) error { return os.Chtimes(a[0], time.Now(), time.Now()) }),
		"label":    does(func(a []string) error { return unix.Setxattr(a[0], "user.x", []byte("x"), 0) }),
		"pipe":     does(func(a []string) error { return unix.Mkfifo(a[0], 0o600) }),
		"within": does(func(a []string) error {
			folder, err := os.OpenRoot(a[0])
			if err != nil {
				return err
			}
			return folder.Mkdir(a[1], 0o700)
		}),
		"behind": does(func(a []string) error {
			file, err := os.Open(a[0])
			if err != nil {
				return err
			}
			return file.Chmod(0o600)
		}),
	}
}

// callRoles returns the roles with calls that Go's library does not wrap.
func callRoles() map[string]role {
	open := func(flags uint64) role {
		return does(func(a []string) error {
			_, err := unix.Openat2(unix.AT_FDCWD, a[0], &unix.OpenHow{Flags: flags,
				Mode: 0o600 * (flags & unix.O_CREAT) / unix.O_CREAT})
			return err
		})
	}
	return map[string]role{
		"openat2 to read":  open(unix.O_RDONLY),
		"openat2 to write": open(unix.O_WRONLY | unix.O_CREAT),
		"read and empty": does(func(a []string) error {
			_, err := unix.Open(a[0], unix.O_RDONLY|unix.O_TRUNC, 0)
			return err
		}),
		"nowhere": does(func([]string) error {
			_, _, no := unix.Syscall(unix.SYS_UNLINKAT, 0, 1, 0)
			return no
		}),
		"ring": does(func([]string) error {
			_, _, no := unix.Syscall(unix.SYS_IO_URING_SETUP, 1, 0, 0)
			return no
		}),
		"clone3": does(func([]string) error {
			_, _, no := unix.Syscall(unix.SYS_CLONE3, 0, 0, 0)
			return no
		}),
	}
}
