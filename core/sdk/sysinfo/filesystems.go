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

// FileSystem is how full a disk is, by what it is for. Its path and its device are the customer's business.
type FileSystem struct {
	Role              string   `usage:"role"` // root, logs, data or other
	TotalBytes        *int64   `usage:"total_bytes"`
	UsedBytes         *int64   `usage:"used_bytes"`
	InodesUsedPercent *float64 `usage:"inodes_used_percent"`
}

// onDisk are the file systems that are asked. All others are pseudo, in memory, over a network or in a process (where
// asking may hang), or images. The root counts whatever it is on.
var onDisk = []string{"ext2", "ext3", "ext4", "xfs", "btrfs", "jfs", "reiserfs", "f2fs", "zfs", "vfat",
	"bcachefs", "ntfs3", "exfat", "nilfs2"}

// elsewhere are file systems on disks that another machine or a process has a part in: asking may hang, so that the
// list lacks them.
var elsewhere = []string{"gfs2", "ocfs2", "fuseblk"}

// fileSystems asks all disks at the same time, so that one that does not answer costs itself. The error says why some
// are missing.
func (m machine) fileSystems(ctx context.Context) ([]FileSystem, error) {
	disks, closed, unasked := m.diskMounts()
	if len(disks) == 0 {
		return nil, sdk.NotAvailable(m.why("proc/1/mountinfo", sdk.Malformed))
	}
	var pending []lookup.Pending[FileSystem]
	for _, disk := range disks[:min(len(disks), maxDisks)] {
		pending = append(pending, m.ask(disk.point))
	}
	ctx, cancel := lookup.Limited(ctx)
	defer cancel()
	var found []FileSystem
	var missing []error
	if closed {
		missing = append(missing, fmt.Errorf("ask a disk how full it is: %w", sdk.NotAvailable(sdk.NotPermitted)))
	}
	for _, asked := range pending {
		disk, err := asked.Wait(ctx)
		if err == nil {
			found = append(found, disk)
		} else if !errors.Is(err, fs.ErrNotExist) { // that one was unmounted meanwhile
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

// diskMounts lists the mounts to ask, the shortest path first: of a device that is mounted twice, the others are views
// of a part of it. A mount that another one covers is not what its path leads to. closed says that this process may
// not look at some, unasked that some may hang.
func (m machine) diskMounts() (disks []mount, closed, unasked bool) {
	mounts := m.mounts()
	slices.SortStableFunc(mounts, func(a, b mount) int { return len(a.point) - len(b.point) })
	reached, seen := treeOf(mounts), map[string]bool{}
	if len(mounts) > 0 && !slices.ContainsFunc(mounts, isRoot) {
		disks = append(disks, mount{point: "/"})
	}
	for _, mount := range mounts {
		may := slices.Contains(elsewhere, mount.fstype) && mount.point != "/"
		if !counts(mount) && !may || seen[mount.device] {
			continue
		}
		at, steady := reached.reach(mount.point)
		if may {
			unasked = unasked || at.id == mount.id
			continue
		}
		closed = closed || at.closed()
		if at.id == mount.id && steady {
			seen[mount.device] = true
			disks = append(disks, mount)
		}
	}
	return disks, closed, unasked
}

// isRoot is false of all mounts in a changed root that is only a folder. The kernel is asked about that all the same.
func isRoot(m mount) bool { return m.point == "/" }

// loops is the major number of images that are mounted as disks.
const loops = "7:"

func counts(mount mount) bool {
	if mount.point == "/" {
		return mount.fstype != "rootfs" // what lies beneath the root since the start
	}
	return slices.Contains(onDisk, mount.fstype) && !strings.HasPrefix(mount.device, loops)
}

// ask does not wait. A disk that never answers keeps a thread of the plugin until the process ends.
func (m machine) ask(point string) lookup.Pending[FileSystem] {
	return lookup.Begin(func() (FileSystem, error) {
		status, err := statfs(m.env.Path(point))
		disk, ok := full(status)
		if err == nil && !ok {
			err = sdk.NotAvailable(sdk.Malformed)
		}
		disk.Role = role(point)
		return disk, err
	})
}

// statfs asks again if a signal came first, as the runtime sends them to its threads.
func statfs(path string) (status unix.Statfs_t, err error) {
	for err = unix.EINTR; errors.Is(err, unix.EINTR); {
		err = unix.Statfs(path, &status)
	}
	return status, err
}

// full says how full the disk is; not ok if it has no size, or if more is free than there is.
func full(status unix.Statfs_t) (FileSystem, bool) {
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

// role returns the root; logs under /var/log; data elsewhere under /var, /opt, /srv, /data and /home; other of anything
// else.
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
