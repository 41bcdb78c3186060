package sysinfo

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// S4: mounts are selected by their paths. If a line is odd, only that line is skipped.
func TestWhichMountsAreAsked(t *testing.T) {
	const root = "27 1 8:2 / / rw - ext4 /dev/sda2 rw\n"
	for _, row := range []struct {
		name, table string
		want        []string
	}{
		{"a disk", "28 27 8:3 / /var rw shared:1 master:2 - xfs /dev/sda3 rw\n", []string{"/", "/var"}},
		{"a disk twice", "31 27 8:3 /lib /var/lib/x rw - xfs /dev/sda3 rw\n28 27 8:3 / /var rw - xfs /dev/sda3 rw\n",
			[]string{"/", "/var"}},
		{"a part of the root", "28 27 8:2 /srv /data rw - ext4 /dev/sda2 rw\n", []string{"/"}},
		{"two subvolumes", "28 27 0:31 /a /var rw - btrfs /dev/sdb rw\n29 27 0:31 /b /home/x rw - btrfs /dev/sdb rw\n",
			[]string{"/", "/var"}},
		{"two datasets", "28 27 0:31 / /var rw - zfs pool/var rw\n29 27 0:32 / /home rw - zfs pool/home rw\n",
			[]string{"/", "/var", "/home"}},
		{"no disks", "28 27 0:3 / /proc rw - proc proc rw\n29 27 0:4 / /mnt rw - nfs4 backup.example:/ rw\n" +
			"30 27 7:0 / /opt/image rw - ext4 /dev/image rw\n31 27 0:9 / /m rw - overlay overlay rw\n" +
			"32 27 0:8 / /f rw - fuse.sshfs x rw\n33 27 0:7 / /t rw - tmpfs t rw,size=0k\n", []string{"/"}},
		{"newer disks", "28 27 0:31 / /srv rw - bcachefs /dev/sdb rw\n29 27 8:17 / /media rw - ntfs3 /dev/sdb1 rw\n",
			[]string{"/", "/srv", "/media"}},
		{"disks that others have a part in", "28 27 8:17 / /srv rw - gfs2 /dev/sdb1 rw\n", []string{"/", "and more"}},
		{"a disk in a process", "28 27 8:17 / /media rw - fuseblk /dev/sdb1 rw\n", []string{"/", "and more"}},
		{"a disk over such a one",
			"28 27 8:17 / /srv rw - ocfs2 /dev/sdb1 rw\n29 28 8:18 / /srv rw - xfs /dev/sdc rw\n",
			[]string{"/", "/srv"}},
		{"names with spaces, line breaks and backslashes",
			`28 27 8:3 / /data/a\040b\012c\134d\0439 rw - xfs /dev/sda3 rw` + "\n", []string{"/", "/data/a b\nc\\d#9"}},
		{"a name that is not UTF-8", "28 27 8:3 / /data/\xff\xfe rw - xfs /dev/sda3 rw\n",
			[]string{"/", "/data/\xff\xfe"}},
		{"a backslash at the end", `28 27 8:3 / /data\04 rw - xfs /dev/sda3 rw` + "\n", []string{"/", `/data\04`}},
		{"lines of Windows", "28 27 8:3 / /var rw - xfs /dev/sda3 rw\r\n", []string{"/", "/var"}},
		{"odd lines",
			"\n28\n28 27 8:3 / /var rw xfs /dev/sda3 rw\n - \n29 27 8:4 / - xfs\n30 27 8:5 / rel rw - xfs x rw\n" +
				"31 27 8:6 / /srv rw -\n32 27 8:7 / /opt rw - xfs\n", []string{"/", "/opt"}},
		{"a server over the disk", "28 27 8:3 / /data rw - xfs /dev/sda3 rw\n29 28 0:4 / /data rw - nfs4 x:/ rw\n",
			[]string{"/"}},
		{"a disk over the server", "28 27 0:4 / /data rw - nfs4 x:/ rw\n29 28 8:3 / /data rw - xfs /dev/sda3 rw\n",
			[]string{"/", "/data"}},
		{"a disk over a disk", "28 27 8:3 / /data rw - xfs /dev/sda3 rw\n29 28 8:4 / /data rw - ext4 /dev/sda4 rw\n",
			[]string{"/", "/data"}},
		{"a server over the folder of the disk",
			"28 27 8:3 / /a/b rw - xfs /dev/sda3 rw\n29 27 0:4 / /a rw - nfs4 x:/ rw\n", []string{"/"}},
		{"a disk below a server", "28 27 0:4 / /a rw - nfs4 x:/ rw\n29 28 8:3 / /a/b rw - xfs /dev/sda3 rw\n",
			[]string{"/"}},
		{"a disk below a process", "28 27 0:4 / /a rw - fuse.x x rw\n29 28 8:3 / /a/b rw - xfs /dev/sda3 rw\n",
			[]string{"/"}},
		{"a disk that is mounted when needed",
			"28 27 0:4 / /a rw - autofs systemd-1 rw\n29 28 8:3 / /a rw - xfs /dev/sda3 rw\n",
			[]string{"/", "/a"}},
		{"a server that is mounted when needed, over a disk", "28 27 8:3 / /a rw - xfs /dev/sda3 rw\n" +
			"29 28 0:4 / /a rw - autofs x rw\n30 29 0:5 / /a rw - nfs4 x:/ rw\n", []string{"/"}},
		{"folders that systemd closed", "28 27 8:3 / /home rw - xfs /dev/sda3 rw\n" +
			"29 28 0:24 /systemd/inaccessible/dir /home ro - tmpfs tmpfs rw\n", []string{"/", "and more"}},
		{"closed folders without disks", "29 27 0:24 /systemd/inaccessible/dir /home ro - tmpfs tmpfs rw\n",
			[]string{"/"}},
		{"a neighbor of the same beginning", "28 27 0:4 / /a rw - nfs4 x:/ rw\n29 27 8:3 / /ab rw - xfs /dev/sda3 rw\n",
			[]string{"/", "/ab"}},
		{"a table that goes in a circle",
			"28 29 8:3 / /a rw - xfs /dev/sda3 rw\n29 28 8:4 / /a rw - xfs /dev/sda4 rw\n",
			[]string{"/"}},
		{"parents that are not in the table",
			"28 9 8:3 / /data rw - xfs /dev/sda3 rw\n29 9 0:4 / /data rw - nfs4 x:/ rw\n" +
				"30 9 8:5 / /srv rw - xfs /dev/sda5 rw\n", []string{"/", "/srv"}},
	} {
		if diff := cmp.Diff(row.want, asked(t, root+row.table)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", row.name, diff)
		}
	}
	for name, row := range map[string]struct {
		table string
		want  []string
	}{
		"what was there before the root": {"1 1 0:2 / / rw - rootfs rootfs rw\n" + root, []string{"/"}},
		"a root of layers":               {"27 1 0:40 / / rw - overlay overlay rw\n", []string{"/"}},
		"a root from a server": {"27 1 0:40 / / rw - nfs x:/ rw\n28 27 8:3 / /var rw - ext4 /dev/sda3 rw\n",
			[]string{"/", "/var"}},
		"no root, as where it was changed": {"28 9 8:3 / /var rw - xfs /dev/sda3 rw\n", []string{"/", "/var"}},
		"more than are listed":             {root + strings.Repeat("x", maxLine+1) + "\n", []string{"/"}},
	} {
		if diff := cmp.Diff(row.want, asked(t, row.table)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
	}
}

func asked(t *testing.T, table string) (points []string) {
	t.Helper()
	m := machineOf(t)
	place(t, m, "proc/1/mountinfo", table)
	disks, closed, unasked := m.diskMounts()
	for _, mount := range disks {
		points = append(points, mount.point)
	}
	if closed || unasked {
		points = append(points, "and more")
	}
	return points
}

// S2: a file system may report that it knows nothing of its size.
func TestHowFull(t *testing.T) {
	status := func(blocks, free, files, freeFiles uint64) unix.Statfs_t {
		return unix.Statfs_t{Frsize: 4096, Bsize: 1 << 20, Blocks: blocks, Bfree: free, Files: files, Ffree: freeFiles}
	}
	percent := 25.0
	for name, row := range map[string]struct {
		status unix.Statfs_t
		want   *FileSystem
	}{
		"some":                      {status(100, 75, 40, 30), &FileSystem{"", size(409600), size(102400), &percent}},
		"no inodes":                 {status(100, 100, 0, 0), &FileSystem{"", size(409600), size(0), nil}},
		"more inodes free than are": {status(100, 100, 1, 2), &FileSystem{"", size(409600), size(0), nil}},
		"nothing":                   {status(0, 0, 0, 0), nil},
		"more free than is":         {status(100, 101, 0, 0), nil},
		"more than can be":          {status(1<<52, 0, 0, 0), nil},
		"blocks of no size":         {unix.Statfs_t{Blocks: 100}, nil},
		"only a size to read by": {unix.Statfs_t{Bsize: 512, Blocks: 2, Bfree: 1}, &FileSystem{"", size(1024),
			size(512), nil}},
	} {
		got, ok := fileSystemOf(row.status)
		if row.want == nil {
			row.want = &FileSystem{}
		}
		if diff := cmp.Diff(*row.want, got); diff != "" || ok != (got.TotalBytes != nil) {
			t.Errorf("%s: %v (-want +got)\n%s", name, ok, diff)
		}
	}
}

func size(bytes int64) *int64 { return &bytes }
