package sysinfo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"syscall"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/usage"
)

// ZombieProcesses counts the processes that have exited but whose exit status their parent has not
// read.
type ZombieProcesses struct {
	Count     *int64           `usage:"count"`
	ByProcess map[string]int64 `usage:"by_process"` // by the names that the caller gives, or other
	Complete  *bool            `usage:"complete"`   // false if the state of a process could not be read
}

// Zombies counts the zombies. Only names that the caller gives are reported; any other process
// counts as other, because the programs that a customer runs on the machine are the customer's
// business.
//
// If the kernel hides processes from the plugin (the mount option hidepid, a PID namespace),
// Zombies fails with the reason [sdk.NotPermitted].
func Zombies(ctx context.Context, env sdk.Env, names []string) (ZombieProcesses, error) {
	counted := census{names: names, byProcess: map[string]int64{}}
	if err := counted.take(ctx, machine{env}); err != nil {
		return ZombieProcesses{}, fmt.Errorf("count zombies: %w", err)
	}
	complete := counted.unread == nil
	if !complete {
		env.Log.Warn("the state of a process could not be read", "error", counted.unread)
	}
	z := ZombieProcesses{Count: known(counted.zombies, true), Complete: &complete}
	if counted.zombies > 0 {
		z.ByProcess = counted.byProcess
	}
	return z, nil
}

// census counts the zombies among all processes.
type census struct {
	names     []string
	processes int64 // whose state could be read
	first     bool  // whether process 1, which every system has, exists and may be read
	zombies   int64
	byProcess map[string]int64
	unread    error // the first error of a process that could not be read, or nil
}

// batchSize is the number of directory entries that are read at a time.
const batchSize = 256

func (c *census) take(ctx context.Context, m machine) error {
	f, err := m.env.Root.Open("proc")
	if err != nil {
		return usage.Cause(err)
	}
	defer f.Close()
	proc, ok := f.(fs.ReadDirFile)
	if !ok {
		return sdk.NotAvailable(sdk.Malformed)
	}
	for {
		entries, err := proc.ReadDir(batchSize)
		if err := c.count(ctx, m, entries); err != nil {
			return err
		}
		if errors.Is(err, io.EOF) {
			return c.complete(m)
		}
		if err != nil {
			return usage.Cause(err)
		}
	}
}

func (c *census) count(ctx context.Context, m machine, entries []fs.DirEntry) error {
	for _, entry := range entries {
		name := entry.Name()
		if err := ctx.Err(); err != nil {
			return err
		}
		if !isNumber(name) {
			continue
		}
		text, err := m.read("proc/"+name+"/stat", maxStat)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
			continue // the process exited in the meantime
		}
		c.add(name, text, err)
	}
	return nil
}

// add counts one process, given its state file. A process that cannot be read is not counted, and
// the first such error is kept.
func (c *census) add(pid string, text []byte, err error) {
	process, state, ok := parseStat(text)
	if err == nil && !ok {
		err = sdk.NotAvailable(sdk.Malformed)
	}
	c.first = c.first || pid == "1" && !errors.Is(err, fs.ErrPermission)
	if err != nil {
		c.unread = cmp.Or(c.unread, usage.Cause(err))
		return
	}
	c.processes++
	if state == 'Z' {
		c.zombies++
		c.byProcess[nameOf(process, c.names)]++
	}
}

// complete returns nil if all processes were counted.
func (c *census) complete(m machine) error {
	switch {
	case c.processes == 0:
		return cmp.Or(c.unread, sdk.NotAvailable(sdk.Malformed))
	case !c.first:
		return sdk.NotAvailable(sdk.NotPermitted)
	}
	return m.seesAll()
}
