package sysinfo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/internal/lookup"
	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/usage"
)

// FileSystem describes how full a disk is, by the purpose of the disk. Its path and device are not
// sent: they would say something about the customer.
type FileSystem struct {
	Role              string   `usage:"role"` // root, logs, data or other
	TotalBytes        *int64   `usage:"total_bytes"`
	UsedBytes         *int64   `usage:"used_bytes"`
	InodesUsedPercent *float64 `usage:"inodes_used_percent"`
}

// onDisk lists the file system types that are asked how full they are. All others are pseudo file
// systems, in memory, on a network or served by a process, which may hang, or images. The root is
// asked even if it has another type.
var onDisk = []string{"ext2", "ext3", "ext4", "xfs", "btrfs", "jfs", "reiserfs", "f2fs", "zfs", "vfat",
	"bcachefs", "ntfs3", "exfat", "nilfs2"}

// mayHang lists file systems on disks that depend on another machine or process. Asking them may
// hang, so they are missing from the list of disks.
var mayHang = []string{"gfs2", "ocfs2", "fuseblk"}

// fileSystems asks all disks concurrently, so that only the disk is lost that does not answer. The
// error gives the reason for missing disks.
func (m machine) fileSystems(ctx context.Context) ([]FileSystem, error) {
	disks, inaccessible, unasked := m.diskMounts()
	if len(disks) == 0 {
		return nil, sdk.NotAvailable(m.reasonFor("proc/1/mountinfo", sdk.Malformed))
	}
	var pending []lookup.Pending[FileSystem]
	for _, disk := range disks[:min(len(disks), maxDisks)] {
		pending = append(pending, m.ask(disk.point))
	}
	ctx, cancel := lookup.Limited(ctx)
	defer cancel()
	var found []FileSystem
	var missing []error
	if inaccessible {
		missing = append(missing, fmt.Errorf("ask a disk how full it is: %w", sdk.NotAvailable(sdk.NotPermitted)))
	}
	for _, asked := range pending {
		disk, err := asked.Wait(ctx)
		if err == nil {
			found = append(found, disk)
		} else if !errors.Is(err, fs.ErrNotExist) { // the disk was unmounted in the meantime
			missing = append(missing, fmt.Errorf("ask a disk how full it is: %w", usage.Cause(err)))
		}
	}
	if len(missing) == 0 && unasked {
		return found, fmt.Errorf("list the disks: %w", sdk.NotAvailable(sdk.MoreThanListed))
	}
	if len(missing) == 0 && len(disks) > maxDisks {
		return found, errTooMany
	}
	return found, errors.Join(missing...)
}

// diskMounts returns the mounts to ask, the shortest path first. If a device is mounted several
// times, only the first is asked: the others show parts of it. A mount that is covered by another
// one is left out, because its path leads to the other. inaccessible reports that this process
// may not access some mounts, unasked that some were left out because they may hang.
func (m machine) diskMounts() (disks []mount, inaccessible, unasked bool) {
	mounts := m.mounts()
	slices.SortStableFunc(mounts, func(a, b mount) int { return len(a.point) - len(b.point) })
	reached, seen := treeOf(mounts), map[string]bool{}
	if len(mounts) > 0 && !slices.ContainsFunc(mounts, isRoot) {
		disks = append(disks, mount{point: "/"})
	}
	for _, mount := range mounts {
		hangs := slices.Contains(mayHang, mount.fstype) && mount.point != "/"
		if !isAsked(mount) && !hangs || seen[mount.device] {
			continue
		}
		at, steady := reached.reach(mount.point)
		if hangs {
			unasked = unasked || at.id == mount.id
			continue
		}
		inaccessible = inaccessible || at.inaccessible()
		if at.id == mount.id && steady {
			seen[mount.device] = true
			disks = append(disks, mount)
		}
	}
	return disks, inaccessible, unasked
}

// isRoot reports whether the mount is the root. In a changed root that is only a directory, no
// mount is; the kernel is asked about that root anyway.
func isRoot(m mount) bool { return m.point == "/" }

// loopMajor is the major number of loop devices: images that are mounted as disks.
const loopMajor = "7:"

func isAsked(mount mount) bool {
	if mount.point == "/" {
		return mount.fstype != "rootfs" // the initial file system below the root
	}
	return slices.Contains(onDisk, mount.fstype) && !strings.HasPrefix(mount.device, loopMajor)
}

// ask asks a disk how full it is and returns without waiting. A disk that never answers blocks a
// thread of the plugin until the process exits.
func (m machine) ask(point string) lookup.Pending[FileSystem] {
	return lookup.Begin(func() (FileSystem, error) {
		status, err := statfs(m.env.Path(point))
		disk, ok := fileSystemOf(status)
		if err == nil && !ok {
			err = sdk.NotAvailable(sdk.Malformed)
		}
		disk.Role = role(point)
		return disk, err
	})
}

// statfs repeats the call if a signal interrupted it, as the Go runtime sends signals to its
// threads.
func statfs(path string) (status unix.Statfs_t, err error) {
	for err = unix.EINTR; errors.Is(err, unix.EINTR); {
		err = unix.Statfs(path, &status)
	}
	return status, err
}

// fileSystemOf converts the kernel's answer. It reports false if the disk has no size or more free
// than total space.
func fileSystemOf(status unix.Statfs_t) (FileSystem, bool) {
	block := uint64(cmp.Or(status.Frsize, status.Bsize))
	if status.Blocks == 0 || status.Bfree > status.Blocks || block == 0 || status.Blocks > math.MaxInt64/block {
		return FileSystem{}, false
	}
	used := (status.Blocks - status.Bfree) * block
	disk := FileSystem{TotalBytes: known(status.Blocks*block, true), UsedBytes: known(used, true)}
	if status.Files > 0 && status.Ffree <= status.Files {
		percent := math.Round(1000*float64(status.Files-status.Ffree)/float64(status.Files)) / 10
		disk.InodesUsedPercent = &percent
	}
	return disk, true
}

// role returns root for /, logs for /var/log and below, data for the rest of /var and for /opt,
// /srv, /data and /home, and other for the rest.
func role(mountpoint string) string {
	if mountpoint == "/" {
		return "root"
	}
	if within(mountpoint, "/var/log") {
		return "logs"
	}
	for _, folder := range []string{"/var", "/opt", "/srv", "/data", "/home"} {
		if within(mountpoint, folder) {
			return "data"
		}
	}
	return other
}

func within(path, folder string) bool { return path == folder || strings.HasPrefix(path, folder+"/") }
