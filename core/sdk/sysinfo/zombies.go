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

// ZombieProcesses are processes that have ended and that nobody has asked how.
type ZombieProcesses struct {
	Count     *int64           `usage:"count"`
	ByProcess map[string]int64 `usage:"by_process"` // by the caller's names, and other
	Complete  *bool            `usage:"complete"`   // false: the state of some process could not be read
}

// Zombies counts the zombies. Only names that the caller knows are told, any other process is other: what a customer
// runs on the machine is the customer's business.
//
// Where the kernel hides processes from this one (the mount option hidepid, a PID namespace), the answer is that it may
// not be read.
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

// census goes through all processes.
type census struct {
	names     []string
	processes int64 // that could be read
	first     bool  // the one that every system has was there, and may be read
	zombies   int64
	byProcess map[string]int64
	unread    error // why the first of those that could not be read could not; nil if there is none
}

// atOnce is how many entries of a folder are held in memory.
const atOnce = 256

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
		entries, err := proc.ReadDir(atOnce)
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
			continue // it ended while we counted
		}
		c.add(name, text, err)
	}
	return nil
}

// add counts a process by the text of its state. One that cannot be read costs itself.
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

// complete returns nil if the count is one of all processes.
func (c *census) complete(m machine) error {
	switch {
	case c.processes == 0:
		return cmp.Or(c.unread, sdk.NotAvailable(sdk.Malformed))
	case !c.first:
		return sdk.NotAvailable(sdk.NotPermitted)
	}
	return m.seesAll()
}
