package large

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// figures are the cost of one command of the host, and its result.
type figures struct {
	Product      string
	Took         time.Duration
	CPU          time.Duration // of host and plugin
	Host, Plugin usage
	Document     document
}

// document is the part of a document that the test reads.
type document struct {
	Categories map[string]map[string]any
	Omitted    map[string]string
}

// hidden reports whether a field or its category is omitted because the service may not see it.
func (d document) hidden(category, field string) bool {
	return strings.Contains(d.Omitted[category]+d.Omitted[category+"."+field], "may not read")
}

// usage is the maximum that was seen of one process.
type usage struct {
	Peak        int64 // resident bytes
	Reads       int64 // system calls, including those of children that have exited
	Descriptors int64
}

func (f figures) String() string {
	return fmt.Sprintf("%s: %.2f s, %d ms of processors; host %d MB, plugin %d MB, together %d MB; %d reads, "+
		"%d and %d descriptors", f.Product, f.Took.Seconds(), f.CPU.Milliseconds(), f.Host.Peak>>20, f.Plugin.Peak>>20,
		f.together()>>20, f.Host.Reads, f.Host.Descriptors, f.Plugin.Descriptors)
}

func (f figures) together() int64 { return f.Host.Peak + f.Plugin.Peak }

func (u *usage) sample(pid int) {
	u.Peak = max(u.Peak, number(pid, "status", "VmHWM:")<<10)
	u.Reads = max(u.Reads, number(pid, "io", "syscr:"))
	open, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid)) // the process may have ended
	u.Descriptors = max(u.Descriptors, int64(len(open)))
}

// number returns the number after a key in one of the kernel's files about the process, or zero.
func number(pid int, file, key string) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, file))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), key)
	n, _ := strconv.ParseInt(strings.Fields(rest + " 0")[0], 10, 64)
	return n
}

// measure runs a command that prints a document, and watches its process and its plugin's until it
// exits.
func measure(host *exec.Cmd) (f figures, err error) {
	var out, problems strings.Builder
	host.Stdout, host.Stderr = &out, &problems
	began := time.Now()
	if err := host.Start(); err != nil {
		return f, err
	}
	done := make(chan error, 1)
	go func() { done <- host.Wait() }()
	err = f.watch(host.Process.Pid, done)
	f.Took = time.Since(began)
	f.CPU = host.ProcessState.UserTime() + host.ProcessState.SystemTime() // it has waited for its plugin
	if err != nil {
		return f, fmt.Errorf("%w: %s", err, problems.String())
	}
	return f, json.Unmarshal([]byte(out.String()), &f.Document)
}

func (f *figures) watch(host int, done <-chan error) error {
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-look.C:
			f.Host.sample(host)
			for _, pid := range children(host) {
				if command(pid) != command(host) { // not in the moment before it executes the plugin
					f.Plugin.sample(pid)
				}
			}
		}
	}
}

func command(pid int) string {
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	if err != nil {
		return ""
	}
	return string(name)
}

func children(pid int) (found []int) {
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, list := range lists {
		var text []byte
		text, err = os.ReadFile(list)
		for word := range strings.FieldsSeq(string(text)) {
			child, failed := strconv.Atoi(word)
			err = errors.Join(err, failed)
			found = append(found, child)
		}
	}
	return found
}
