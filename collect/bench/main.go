// Command bench measures a receiver of usage data: how many documents it stores, at which cost, next to
// other servers that take the same documents, and what its connections cost. The contestants run in
// turns, and ratios are those within one run. It judges nothing.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// options are those of the program and of its child processes.
type options struct {
	out     io.Writer
	as      string // the part of a child process
	profile string // a child's file for its processor profile

	plugins, receiver, example, work, only string

	documents, uploads, connections, rounds, outstanding, senders int
	gather, idle                                                  time.Duration

	file, folder, publish string // of a child
	synced                bool
}

func main() {
	o := options{out: os.Stdout}
	flag.StringVar(&o.plugins, "plugins", "../../plugins", "`folder` with the products' profiles")
	flag.StringVar(&o.receiver, "receiver", "../../bin/usagedata-collect", "the receiver's `program`")
	flag.StringVar(&o.example, "nginx", "../../core/upload/examples/nginx.conf", "nginx's configuration")
	flag.StringVar(&o.work, "work", "../../build/fleet-load", "`folder` for what is stored, on the disk to measure")
	flag.StringVar(&o.only, "only", "handler,upload,connections", "the parts to run")
	flag.IntVar(&o.documents, "documents", 100_000, "documents through the handler")
	flag.IntVar(&o.uploads, "uploads", 5000, "documents over TLS, of each kind and server")
	flag.IntVar(&o.connections, "connections", 2000, "open connections")
	flag.IntVar(&o.rounds, "rounds", 3, "rounds, in which the contestants run in turns")
	flag.IntVar(&o.outstanding, "outstanding", 1000, "documents that wait for an answer at the same time")
	flag.IntVar(&o.senders, "senders", 48, "senders at the same time")
	flag.DurationVar(&o.gather, "gather", 10*time.Millisecond, "how long the receiver gathers a batch")
	flag.DurationVar(&o.idle, "idle", 5*time.Second, "idle limit of a child")
	flag.StringVar(&o.as, "as", "", "run one `part`, for the program itself")
	flag.StringVar(&o.profile, "profile", "", "`file` for a part's processor profile")
	flag.StringVar(&o.file, "file", "", "packed documents of a part")
	flag.StringVar(&o.folder, "folder", "", "where a part stores")
	flag.StringVar(&o.publish, "publish", async, "async, sync or atomic")
	flag.BoolVar(&o.synced, "synced", true, "JetStream syncs each write")
	flag.Parse()
	run := runAll
	if o.as != "" {
		run = runPart
	}
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func runAll(o options) error {
	var err error
	if o.work, err = filepath.Abs(o.work); err != nil {
		return err
	}
	if err := errors.Join(os.RemoveAll(o.work), os.MkdirAll(o.work, 0o755)); err != nil {
		return err
	}
	defer os.RemoveAll(o.work)
	f, err := newFleet(o.plugins, o.documents, time.Now())
	if err != nil {
		return err
	}
	if err := describe(o); err != nil {
		return err
	}
	for _, part := range []struct {
		name string
		run  func(options, *fleet) error
	}{{"handler", handlers}, {"handler", packing}, {"upload", uploads}, {"connections", connections}} {
		if !strings.Contains(o.only, part.name) {
			continue
		}
		if err := part.run(o, f); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return nil
}

// runPart runs one contestant in a process of its own, so that its processor time and memory are its own.
func runPart(o options) (err error) {
	stop, err := profiled(o.profile)
	if err != nil {
		return err
	}
	defer stop()
	var f figures
	switch o.as {
	case "handler":
		f, err = runHandler(o)
	case "jetstream":
		f, err = runJetStream(o)
	case "receiver":
		return runReceiver(o)
	default:
		err = fmt.Errorf("there is no part %q", o.as)
	}
	if err != nil {
		return err
	}
	f.Memory = memoryOf(os.Getpid(), "VmHWM")
	f.Stored, f.Files = sizeOf(o.folder)
	return json.NewEncoder(o.out).Encode(f)
}

// handlers runs the receiver's handler and JetStream in turns.
func handlers(o options, f *fleet) error {
	file := filepath.Join(o.work, "packed")
	plain, sent, err := f.pack(file, o.documents)
	if err != nil {
		return err
	}
	fmt.Fprintf(o.out, "%d documents of %d products, %d bytes of JSON, %d as gzip; %d wait at a time.\n\n",
		o.documents, len(f.products), plain, sent, o.outstanding)
	fewer := fmt.Sprint(max(o.documents/20, min(o.documents, 500)))
	all := fmt.Sprint(o.documents)
	handler := func(documents, gather string) []string {
		return []string{"-as", "handler", "-documents", documents, "-gather", gather}
	}
	stream := func(documents string, more ...string) []string {
		return append([]string{"-as", "jetstream", "-documents", documents}, more...)
	}
	t := table{unit: "documents/s", rows: []*row{
		{name: fmt.Sprintf("receiver's handler, gathers %v", o.gather), args: handler(all, o.gather.String())},
		{name: "receiver's handler, gathers 500ms", args: handler(fewer, "500ms")},
		{name: "JetStream SyncAlways, async", args: stream(fewer)},
		{name: "JetStream SyncAlways, sync", args: stream(fewer, "-publish", blocks)},
		{name: "JetStream SyncAlways, atomic batches", args: stream(all, "-publish", atomic)},
		{name: "JetStream without fsync, async", args: stream(all, "-synced=false")},
	}}
	for n := range o.rounds {
		for _, r := range t.rows {
			got, err := child(o, append(r.args, "-file", file)...)
			if err != nil {
				return fmt.Errorf("%s: %w", r.name, err)
			}
			r.add(n, got)
		}
	}
	t.print(o.out)
	return nil
}

// child runs a part in a process of its own.
func child(o options, args ...string) (f figures, err error) {
	folder := filepath.Join(o.work, "store")
	defer os.RemoveAll(folder)
	before := []string{"-folder", folder, "-outstanding", fmt.Sprint(o.outstanding), "-gather", o.gather.String()}
	command := exec.Command("/proc/self/exe", append(before, args...)...)
	command.Stderr = os.Stderr
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	watch := newWatch()
	out, err := command.Output()
	if err == nil {
		err = json.Unmarshal(out, &f)
	}
	f.Others = watch.others()
	return f, err
}

// watch measures how much other programs use the processors.
type watch struct {
	began               time.Time
	busy, own, children time.Duration
	server              int
	served              time.Duration
}

func newWatch() watch {
	return watch{
		began: time.Now(), busy: busy(), own: ownCPU(syscall.RUSAGE_SELF), children: ownCPU(syscall.RUSAGE_CHILDREN),
	}
}

func watchServer(pid int) watch {
	w := newWatch()
	w.server, w.served = pid, cpuOf(pid)
	return w
}

func (w watch) others() float64 {
	ours := ownCPU(syscall.RUSAGE_SELF) - w.own + ownCPU(syscall.RUSAGE_CHILDREN) - w.children
	if w.server != 0 {
		ours += cpuOf(w.server) - w.served
	}
	return max(0, (busy()-w.busy-ours).Seconds()/time.Since(w.began).Seconds())
}
