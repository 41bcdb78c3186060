// Package sysinfo reads what products report of the operating system beneath them: hardware_configuration,
// system_resource_usage, and what makes a machine ill: states of the kernel, zombies, core files, ports that nobody
// listens on. It asks gopsutil, and /proc and /sys themselves for what gopsutil lacks or takes from elsewhere than the
// root that the plugin was given.
//
// Everything is read under the plugin's root. The one exception is how full a disk is: the kernel answers that
// for a mounted path and no file says it, so under a foreign root it is the file system that holds the path there.
//
// What can't be read stays nil and is not sent. Free text of a manufacturer never passes: vendors, models and
// processors are mapped to the closed lists in this package, which a profile repeats.
package sysinfo

import (
	"context"
	"fmt"
	"io/fs"
	"reflect"
	"strings"

	"github.com/shirou/gopsutil/v3/common"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/usage"
)

// other stands for what a closed list does not have.
const other = "other"

// machine is the system beneath a root.
type machine struct{ env sdk.Env }

// rooted tells gopsutil where to look. The process's own environment plays no part.
func (m machine) rooted(ctx context.Context) context.Context {
	return context.WithValue(ctx, common.EnvKey, common.EnvMap{
		common.HostProcEnvKey: m.env.Path("proc"),
		common.HostSysEnvKey:  m.env.Path("sys"),
		common.HostEtcEnvKey:  m.env.Path("etc"),
		common.HostVarEnvKey:  m.env.Path("var"),
		common.HostRunEnvKey:  m.env.Path("run"),
		common.HostDevEnvKey:  m.env.Path("dev"),
		common.HostRootEnvKey: m.env.Path("/"),
	})
}

// found returns what was read, or why it is nothing: the kernel's files are missing, or say nothing.
func found[T any](m machine, read T) (T, error) {
	if !reflect.ValueOf(read).IsZero() {
		return read, nil
	}
	if m.onlyProcesses() {
		return read, fmt.Errorf("read the operating system: %w", sdk.NotAvailable(sdk.NotPermitted))
	}
	if _, err := fs.Stat(m.env.Root, "proc/stat"); err != nil {
		return read, fmt.Errorf("read the operating system: %w", usage.Cause(err))
	}
	return read, fmt.Errorf("read the operating system: %w", sdk.NotAvailable(sdk.Malformed))
}

// try asks gopsutil. It indexes some files without looking, so a panic of its costs the one value.
func try[T any](ask func() (T, error)) (answer T, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	answer, err := ask()
	return answer, err == nil
}

// maxWord bounds a file of one value. The kernel's own are shorter.
const maxWord = 256

// word reads a file of one value; empty if it can't be read.
func (m machine) word(path string) string {
	word, err := m.readWord(path)
	if err != nil {
		return ""
	}
	return word
}

// readWord refuses what is longer: half of a number is another one. The texts of a device tree end with a zero.
func (m machine) readWord(path string) (string, error) {
	text, err := m.read(path, maxWord+1)
	if err != nil {
		return "", err
	}
	if len(text) > maxWord {
		return "", sdk.NotAvailable(sdk.Malformed)
	}
	return strings.TrimSpace(strings.TrimRight(string(text), "\x00")), nil
}

// entries lists a folder; nothing if it can't be read.
func (m machine) entries(path string) []string {
	listed, err := fs.ReadDir(m.env.Root, path)
	if err != nil {
		return nil
	}
	names := make([]string, 0, len(listed))
	for _, entry := range listed {
		names = append(names, entry.Name())
	}
	return names
}

func (m machine) exists(path string) bool {
	_, err := fs.Stat(m.env.Root, path)
	return err == nil
}

// known returns a pointer to a number if it is one that can be true.
func known[N int | int64 | uint64](n N, ok bool) *int64 {
	whole := int64(n)
	if !ok || whole < 0 {
		return nil
	}
	return &whole
}

// positive is known for what can't be zero, where gopsutil answers zero for unknown.
func positive[N int | int64 | uint64](n N, ok bool) *int64 { return known(n, ok && n > 0) }
