package observe

import "golang.org/x/sys/unix"

func oldRaws() []raw {
	return []raw{
		{unix.SYS_OPEN, "path 1", "path"},
		{unix.SYS_OPEN, "path 64", "path"},
		{unix.SYS_CREAT, "path", "path"},
		{unix.SYS_MKDIR, "path", "path"},
		{unix.SYS_RMDIR, "path", "path"},
		{unix.SYS_MKNOD, "path", "path"},
		{unix.SYS_UNLINK, "path", "path"},
		{unix.SYS_RENAME, "path other", "path other"},
		{unix.SYS_LINK, "path other", "other"},
		{unix.SYS_SYMLINK, "path other", "other"},
		{unix.SYS_CHMOD, "path", "path"},
		{unix.SYS_CHOWN, "path", "path"},
		{unix.SYS_LCHOWN, "path", "path"},
		{unix.SYS_UTIME, "path", "path"},
		{unix.SYS_UTIMES, "path", "path"},
		{unix.SYS_FUTIMESAT, "folder path", "folder/path"},
		{unix.SYS_FORK, "", "program"}, // the act is the start of a process
		{unix.SYS_VFORK, "", "program"},
	}
}
