package sysinfo_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/core/sdk/sysinfo"
	"polycom.com/usagedata/test/appliance/silent"
)

// scene is the setup of a child of the test, in a mount namespace of its own.
type scene struct {
	Proc       string // options of its own /proc
	Alone      bool   // in a PID namespace of its own
	Nobody     bool   // as a user without rights
	Root       string // the root to read
	Hung, Dead string // mount points: of a file system that never answers; of one whose process has ended
}

// view is the result of reading the scene.
type view struct {
	Processes, Zombies, Memory, Load, Uptime, Threads bool // whether they are known
	Disks                                             []string
	Missing                                           map[string]string // of both categories, by field
}

// inChild is the environment variable that makes the test's program play a [scene].
const inChild = "SYSINFO_SCENE"

func TestMain(m *testing.M) {
	text := os.Getenv(inChild)
	if text == "" {
		os.Exit(m.Run())
	}
	var s scene
	if err := errors.Join(json.Unmarshal([]byte(text), &s), s.setUp()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	_ = json.NewEncoder(os.Stdout).Encode(s.look())
}

// see plays the scene in a child.
func (s scene) see(t *testing.T) (seen view) {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), "/proc/self/exe")
	c.Env = append(os.Environ(), inChild+"="+string(text))
	c.SysProcAttr = silent.Namespace()
	if s.Alone {
		c.SysProcAttr.Cloneflags |= unix.CLONE_NEWPID
	}
	c.Stderr = os.Stderr
	said, err := c.Output()
	if err := errors.Join(err, json.Unmarshal(said, &seen)); err != nil {
		t.Fatal(err)
	}
	return seen
}

func (s scene) setUp() error {
	failed := []error{unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "")}
	if s.Proc != "" {
		failed = append(failed, unix.Mount("proc", "/proc", "proc", 0, s.Proc))
	}
	if s.Hung != "" {
		_, err := silent.Mount(s.Hung, false)
		failed = append(failed, err)
	}
	if s.Dead != "" {
		_, err := silent.Mount(s.Dead, true)
		failed = append(failed, err)
	}
	if s.Nobody && os.Getuid() == 0 && os.Getpid() != 1 {
		failed = append(failed, syscall.Setgroups([]int{nobody}), syscall.Setgid(nobody), syscall.Setuid(nobody))
	}
	return errors.Join(failed...)
}

const nobody = 65534

var missing = regexp.MustCompile(`(?m)^([a-z0-9_, ]+): (.*)$`)

// aMinuteLater returns the environment of a cycle before which there was another, a minute ago, in
// which the machine was idle.
func aMinuteLater(ctx context.Context, env sdk.Env, root string) sdk.Env {
	_, _ = sysinfo.Resources(ctx, env)
	counters := sdktest.Counted(env.Counters)
	if len(counters) > 0 {
		counters["cpu_uptime"] -= 60
		counters["cpu_idle"] -= 6000
	}
	return sdktest.Env(example{}, sdktest.On{Root: root, Counters: counters})
}

func (s scene) look() view {
	ctx, cancel := context.WithCancel(context.Background())
	defer time.AfterFunc(time.Minute, cancel).Stop()
	env := sdktest.Env(example{}, sdktest.On{Root: s.Root})
	zombies, _ := sysinfo.Zombies(ctx, env, nil)
	r, err := sysinfo.Resources(ctx, aMinuteLater(ctx, env, s.Root))
	h, wrong := sysinfo.Hardware(ctx, env)
	seen := view{
		Processes: r.Processes != nil, Zombies: zombies.Count != nil, Memory: r.MemoryTotalBytes != nil,
		Load: r.Load1 != nil, Uptime: r.Uptime != nil, Threads: h.CPUThreads != nil, Disks: roles(r.Disks),
		Missing: map[string]string{},
	}
	for _, found := range missing.FindAllStringSubmatch(fmt.Sprint(err, "\n", wrong), -1) {
		seen.Missing[found[1]] = found[2]
	}
	return seen
}

// S1: if the kernel hides processes, they are not counted. With the right group, or as root, all
// are seen.
func TestS1HiddenProcesses(t *testing.T) {
	hidden := "count the processes: " + sdk.NotPermitted.Sentence()
	for name, row := range map[string]struct {
		scene
		want bool // all processes are seen, if the test runs as root and not in a container
	}{
		"nothing hidden":              {scene{Proc: "hidepid=0", Nobody: true}, true},
		"not to be read":              {scene{Proc: "hidepid=1", Nobody: true}, false},
		"invisible":                   {scene{Proc: "hidepid=2", Nobody: true}, false},
		"only what it may trace":      {scene{Proc: "hidepid=4", Nobody: true}, false},
		"invisible, but to its group": {scene{Proc: fmt.Sprint("hidepid=2,gid=", nobody), Nobody: true}, true},
		"invisible, but to root":      {scene{Proc: "hidepid=2"}, true},
		"processes only":              {scene{Proc: "subset=pid", Nobody: true}, true},
		"another PID namespace":       {scene{Proc: "hidepid=0", Alone: true}, false},
	} {
		row.Root = "/"
		got, want := row.see(t), row.want && os.Getuid() == 0 && !contained()
		if got.Processes != want || got.Zombies != want || want == (got.Missing["processes"] == hidden) ||
			!got.Threads {
			t.Errorf("%s: got %+v, want processes and zombies known: %v", name, got, want)
		}
		unread := []string{"load_1", "memory_total_bytes", "uptime", "cpu_used_percent, cpu_interval", "memory_bytes"}
		for _, field := range unread {
			want := ""
			if row.Proc == "subset=pid" {
				want = sdk.NotPermitted.Sentence()
			}
			if got.Missing[field] != want {
				t.Errorf("%s: got %q for %s, want %q", name, got.Missing[field], field, want)
			}
		}
	}
}

// contained reports whether this process sees only the processes of a container: on a host, process
// 2 belongs to the kernel.
func contained() bool {
	name, err := os.ReadFile("/proc/2/comm")
	return err != nil || string(name) != "kthreadd\n"
}

// S4: the topmost mount on the path decides whether a disk is queried. If it does not answer, only
// that disk is missing.
func TestS4ADiskThatHangs(t *testing.T) {
	const system = "27 1 8:2 / / rw - ext4 /dev/sda2 rw\n28 27 8:3 / /var rw - ext4 /dev/sda3 rw\n"
	const disk = "40 27 8:17 / /data rw - xfs /dev/sdb1 rw\n"
	at := func(s scene, mounts string) scene {
		s.Root = t.TempDir()
		if err := os.CopyFS(s.Root, os.DirFS("testdata/good")); err != nil {
			t.Fatal(err)
		}
		write(t, s.Root, "data/disk/README", "")
		write(t, s.Root, "proc/1/mountinfo", system+mounts)
		for _, at := range []*string{&s.Hung, &s.Dead} {
			if *at != "" {
				*at = filepath.Join(s.Root, *at)
			}
		}
		return s
	}
	late := map[string]string{"disks": "ask a disk how full it is: the file system did not answer in time"}
	for name, row := range map[string]struct {
		scene   scene
		missing map[string]string
	}{
		"a disk below a server that is gone": {
			at(scene{Hung: "data"}, disk+"41 40 0:45 / /data rw - nfs4 x:/y rw\n"), nil},
		"a disk in a folder of such a server": {
			at(scene{Hung: "data"},
				"41 27 0:45 / /data rw - nfs4 x:/y rw\n42 41 8:17 / /data/disk rw - xfs /dev/sdb1 rw\n"), nil},
		"a disk that systemd closed": {
			at(scene{}, disk+"41 40 0:24 /systemd/inaccessible/dir /data ro - tmpfs tmpfs rw\n"),
			map[string]string{"disks": "ask a disk how full it is: " + sdk.NotPermitted.Sentence()}},
		"a disk that hangs": {at(scene{Hung: "data"}, disk), late},
		"a disk that is gone": {at(scene{Dead: "data"}, disk),
			// below a root, no path leads there
			map[string]string{"disks": "ask a disk how full it is: not a directory"}},
	} {
		got := row.scene.see(t)
		want := view{Threads: true, Processes: true, Zombies: true, Memory: true, Load: true, Uptime: true,
			Disks: []string{"root", "data"}, Missing: map[string]string{}}
		maps.Copy(want.Missing, row.missing)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
	}
}
