package processes

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// core crashes a process in a folder of its own, in which the kernel writes the core file.
func (p *Processes) core(dir, name string) error {
	if dir == "" {
		return errors.New("core files need a folder")
	}
	own, err := os.MkdirTemp(dir, "crash-")
	if err != nil {
		return err
	}
	pid, err := p.crash(name, own)
	if err != nil {
		return errors.Join(err, os.RemoveAll(own))
	}
	core := filepath.Join(dir, fmt.Sprintf("core.%s.%d", name, pid))
	if written := onlyFile(own); written != "" {
		err = os.Rename(written, core)
	} else {
		err = os.WriteFile(core, []byte("This file only has the name of a core file.\n"), 0o600)
	}
	p.cores = append(p.cores, core)
	return errors.Join(err, os.RemoveAll(own))
}

// crash kills a process in the folder with SIGABRT. If the kernel would write its core file
// elsewhere, core files are disabled for it.
func (p *Processes) crash(name, dir string) (pid int, err error) {
	process, err := p.run(name, "sleep", dir, "60")
	if err != nil {
		return 0, err
	}
	pid = process.Pid
	err = errors.Join(unix.Prlimit(pid, unix.RLIMIT_CORE, coreLimit(pid), nil), process.Signal(syscall.SIGABRT))
	if err != nil {
		err = errors.Join(err, process.Kill())
	}
	_, waited := process.Wait()
	return pid, errors.Join(err, waited)
}

// coreLimit returns the limit for a core file of the process. Without root, the maximum may be
// zero.
func coreLimit(pid int) *unix.Rlimit {
	pattern, err := os.ReadFile("/proc/sys/kernel/core_pattern")
	if err != nil || strings.ContainsAny(string(pattern), "|/") {
		return &unix.Rlimit{}
	}
	var now unix.Rlimit
	if err := unix.Prlimit(pid, unix.RLIMIT_CORE, nil, &now); err != nil {
		return &unix.Rlimit{}
	}
	return &unix.Rlimit{Cur: now.Max, Max: now.Max}
}

// onlyFile returns the file in the folder, which was empty.
func onlyFile(dir string) string {
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		return ""
	}
	return filepath.Join(dir, entries[0].Name())
}
