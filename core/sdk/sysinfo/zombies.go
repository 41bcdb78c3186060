package sysinfo

import (
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
	z := ZombieProcesses{Count: known(counted.zombies, true)}
	if counted.zombies > 0 {
		z.ByProcess = counted.byProcess
	}
	return z, nil
}

// census goes through all processes.
type census struct {
	names     []string
	processes int64 // that could be read
	first     bool  // the one that every system has was among them
	zombies   int64
	byProcess map[string]int64
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
		if err != nil {
			return usage.Cause(err)
		}
		process, state, ok := parseStat(text)
		if !ok {
			return sdk.NotAvailable(sdk.Malformed)
		}
		c.add(name, process, state)
	}
	return nil
}

func (c *census) add(pid, process string, state byte) {
	c.processes++
	c.first = c.first || pid == "1"
	if state == 'Z' {
		c.zombies++
		c.byProcess[nameOf(process, c.names)]++
	}
}

// complete returns nil if the count is one of all processes.
func (c *census) complete(m machine) error {
	switch {
	case c.processes == 0:
		return sdk.NotAvailable(sdk.Malformed)
	case !c.first:
		return sdk.NotAvailable(sdk.NotPermitted)
	}
	return m.seesAll()
}
