package sysinfo

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/usage"
)

// processes counts all processes of the machine by their directories in /proc.
func (m machine) processes() (*int64, error) {
	count, err := m.countProcesses()
	if err == nil {
		err = m.seesAll()
	}
	if err != nil {
		return nil, fmt.Errorf("count the processes: %w", usage.Cause(err))
	}
	return &count, nil
}

func (m machine) countProcesses() (count int64, err error) {
	f, err := m.env.Root.Open("proc")
	if err != nil {
		return 0, err
	}
	defer f.Close()
	proc, ok := f.(fs.ReadDirFile)
	for ok {
		entries, err := proc.ReadDir(batchSize)
		for _, entry := range entries {
			if isNumber(entry.Name()) {
				count++
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return 0, err
		}
	}
	if count == 0 {
		return 0, sdk.NotAvailable(sdk.Malformed)
	}
	return count, nil
}

// seesAll returns nil if /proc shows every process of the machine. The mount option hidepid hides
// the processes of other users, and a PID namespace hides those outside it. In both cases either
// process 1 is missing, or process 2 is not kthreadd: that process belongs to root and is outside
// every PID namespace but the first.
func (m machine) seesAll() error {
	if !m.exists("proc/1") {
		return sdk.NotAvailable(sdk.NotPermitted)
	}
	if !m.fromKernel("proc") {
		return nil
	}
	text, err := m.read("proc/2/stat", maxStat)
	if name, _, ok := parseStat(text); err != nil || !ok || name != "kthreadd" {
		return sdk.NotAvailable(sdk.NotPermitted)
	}
	return nil
}

// fromKernel reports whether the directory is a mounted procfs and not a copy of some of its files.
func (m machine) fromKernel(folder string) bool {
	var status unix.Statfs_t
	return unix.Statfs(m.env.Path(folder), &status) == nil && status.Type == unix.PROC_SUPER_MAGIC
}
