package sysinfo

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/shirou/gopsutil/v3/disk"
)

// FileSystem is how full a disk is, by what it is for. Its path and its device are the customer's business.
type FileSystem struct {
	Role              string   `usage:"role"` // root, logs, data or other
	TotalBytes        *int64   `usage:"total_bytes"`
	UsedBytes         *int64   `usage:"used_bytes"`
	InodesUsedPercent *float64 `usage:"inodes_used_percent"`
}

// onDisk are the file systems that are asked. All others are pseudo, in memory, over a network (where asking may
// hang), or images. The root counts whatever it is on.
var onDisk = []string{"ext2", "ext3", "ext4", "xfs", "btrfs", "jfs", "reiserfs", "f2fs", "zfs", "vfat"}

func fileSystems(ctx context.Context, m machine) []FileSystem {
	mounts, ok := try(func() ([]disk.PartitionStat, error) { return disk.PartitionsWithContext(ctx, true) })
	if !ok {
		return nil
	}
	// The shortest path first: of a device that is mounted twice, the others are views of a part of it.
	slices.SortStableFunc(mounts, func(a, b disk.PartitionStat) int { return len(a.Mountpoint) - len(b.Mountpoint) })
	var asked []FileSystem
	seen := map[string]bool{}
	for _, mount := range mounts {
		if !counts(mount) || seen[mount.Device] || len(asked) == maxDisks {
			continue
		}
		seen[mount.Device] = true
		if usage, ok := m.usage(ctx, mount.Mountpoint); ok {
			asked = append(asked, usage)
		}
	}
	return asked
}

func counts(mount disk.PartitionStat) bool {
	if mount.Mountpoint == "/" {
		return mount.Fstype != "rootfs" // what lies beneath the root since the start
	}
	return slices.Contains(onDisk, mount.Fstype) && !strings.HasPrefix(mount.Device, "/dev/loop")
}

func (m machine) usage(ctx context.Context, mountpoint string) (FileSystem, bool) {
	usage, ok := try(func() (*disk.UsageStat, error) { return disk.UsageWithContext(ctx, m.env.Path(mountpoint)) })
	if !ok || usage.Total == 0 || usage.Used > usage.Total {
		return FileSystem{}, false
	}
	asked := FileSystem{Role: role(mountpoint), TotalBytes: known(usage.Total, true), UsedBytes: known(usage.Used, true)}
	if usage.InodesTotal > 0 {
		percent := math.Round(10*usage.InodesUsedPercent) / 10
		asked.InodesUsedPercent = &percent
	}
	return asked, true
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
