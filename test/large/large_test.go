// Package large creates a machine that has thousands of everything, in namespaces of its own, and
// runs previews on it with the real host and plugins. make test uses a smaller one. make large uses
// the machine of S12, and reports the cost of each additional thing.
package large

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/test/built"
)

var full = flag.Bool("full", false, "machines as large as is promised, and what twice as many of a thing cost")

const (
	most = 90 << 20 // bytes that host and plugin together may have (SEND-5)
	many = 64       // descriptors of one process
)

// roleVariable is the environment variable that describes the machine to a process that a test has
// started again.
const roleVariable = "LARGE_MACHINE"

func TestMain(m *testing.M) {
	text := os.Getenv(roleVariable)
	if text == "" {
		os.Exit(m.Run())
	}
	var s scene
	err := json.Unmarshal([]byte(text), &s)
	if err == nil {
		err = s.play(json.NewEncoder(os.Stdout))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// build builds the programs as they are shipped.
func build(t testing.TB) (bin string) {
	t.Helper()
	dir := t.TempDir()
	bin = filepath.Join(dir, "bin")
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil { // for the service's user
		t.Fatal(err)
	}
	if err := built.Programs(bin, "dma", "rmxve"); err != nil {
		t.Fatal(err)
	}
	return bin
}

// on plays a scene in namespaces of its own. An ordinary user is root inside.
func on(t testing.TB, s scene) (all []figures) {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command("/proc/self/exe")
	c.Env = append(os.Environ(), roleVariable+"="+string(text))
	c.Stderr = os.Stderr
	c.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: unix.CLONE_NEWNET | unix.CLONE_NEWNS | unix.CLONE_NEWPID, Pdeathsig: syscall.SIGKILL}
	if os.Geteuid() != 0 {
		c.SysProcAttr.Cloneflags |= unix.CLONE_NEWUSER
		c.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}}
		c.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}}
	}
	out, err := c.Output()
	if err == nil {
		err = json.Unmarshal(out, &all)
	}
	if err != nil {
		t.Fatalf("%+v: %v", s.Machine, err)
	}
	return all
}

// small is a machine that takes seconds to create.
var small = machine{Interfaces: 100, Mounts: 200, Processes: 1500, Users: 5000, Zombies: 200, Threads: 100, Hosts: 1000,
	Groups: 1000, Routes: 200, Sockets: 2000, Cores: 1000}

// promised is the machine of S12.
var promised = machine{Interfaces: 4000, Mounts: 5000, Processes: 20_000, Users: 50_000}

// S12, SEND-5: a preview on a machine that has many of everything reads little for each, and counts
// correctly if it may see them all. The machine is a PID namespace, so its processes and zombies
// are not counted, though each is read: the tests of [sysinfo] check these counts. Only make large
// reports the duration.
func TestPreview(t *testing.T) {
	m := small
	if *full {
		m = promised
	}
	for _, f := range on(t, scene{m, []string{"dma", "rmxve"}, build(t)}) {
		t.Log(f)
		if f.together() > most {
			t.Errorf("%s: got %d MB of host and plugin, want at most %d", f.Product, f.together()>>20, most>>20)
		}
		if f.Host.Descriptors > many || f.Plugin.Descriptors > many {
			t.Errorf("%s: got %d and %d descriptors, want at most %d", f.Product, f.Host.Descriptors,
				f.Plugin.Descriptors, many)
		}
		if got, want := f.Host.Reads, m.reads(f.Product)+watching(f.Took); got > want {
			t.Errorf("%s: got %d reads of host and plugin, want at most %d", f.Product, got, want)
		}
		m.counted(t, f)
	}
}

// reads bounds the number of read calls: three are enough for a kernel file. Only counting zombies
// needs a file of each process.
func (m machine) reads(product string) int64 {
	bound := 2000 + 3*m.Interfaces + m.Mounts
	if product == "rmxve" {
		bound += 3 * (m.Processes + m.Zombies)
	}
	return int64(bound)
}

// watching bounds the reads with which the host watches its plugin for this long: a file every 50
// ms.
func watching(took time.Duration) int64 { return 8 * int64(1+took/(50*time.Millisecond)) }

// hiddenReason means that there is no count, because the kernel shows only some of the processes.
const hiddenReason = -1

// counted compares the counts in a document with those of the machine.
func (m machine) counted(t *testing.T, f figures) {
	t.Helper()
	for _, row := range []struct {
		product, category, field string
		want                     int
	}{
		{"dma", "system_resource_usage", "processes", hiddenReason},
		{"dma", "hardware_configuration", "network_interfaces", 0}, // only those with a device count
		{"rmxve", "zombie_processes", "count", hiddenReason},
		{"rmxve", "core_dumps", "count", m.Cores},
	} {
		if f.Product != row.product {
			continue
		}
		got, ok := f.Document.Categories[row.category][row.field].(float64)
		if hidden := f.Document.hidden(row.category, row.field); ok == hidden || hidden != (row.want == hiddenReason) ||
			ok && int(got) != row.want {
			t.Errorf("%s.%s: got %v, hidden: %v, want %d", row.category, row.field, got, hidden, row.want)
		}
	}
}
