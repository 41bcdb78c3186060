package durable

import "golang.org/x/sys/unix"

// Free returns how many bytes the file system of a folder still has for us, and whether that is
// known. A disk that is not the operating system's does not know it.
func Free(disk Disk, folder string) (bytes int64, known bool) {
	if d, ok := disk.(interface{ Free(string) (int64, bool) }); ok {
		return d.Free(folder)
	}
	return 0, false
}

// FreeFiles returns how many more files and folders the file system of a folder can hold, and whether
// that is known: some file systems have no such limit.
func (OS) FreeFiles(folder string) (int64, bool) {
	var fs unix.Statfs_t
	if err := unix.Statfs(folder, &fs); err != nil || fs.Files == 0 {
		return 0, false
	}
	return int64(fs.Ffree), true
}

// Free calls statfs.
func (OS) Free(folder string) (int64, bool) {
	var fs unix.Statfs_t
	if err := unix.Statfs(folder, &fs); err != nil {
		return 0, false
	}
	return int64(fs.Bavail) * fs.Bsize, true
}
