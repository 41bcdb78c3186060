package shelf

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"polycom.com/usagedata/core/protection"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// inItsAppetite returns plugins that take all they can get, up to a bound, or more with each
// collect.
func inItsAppetite() []Plugin {
	return []Plugin{
		breaks("tires", "does not collect for the twentieth time", "resources.repeats", tires),
		breaks("hoards", "keeps 600 KB of each collect", "resources.leak", hoards()),
		breaks("keepsopen", "opens a file in each collect and never closes it", "resources.descriptors", keepsOpen()),
		breaks("keepsthreads", "leaves a thread behind in each collect", "resources.threads",
			meanwhile(func() {
				go func() { runtime.LockOSThread(); select {} }()
			})),
		breaks("computes", "computes for more than a second in one collect", "resources.processor",
			doing(func(o *opened, _ []*pluginpb.Category) {
				if o.asked == 5 {
					compute(1300 * time.Millisecond)
				}
			})),
		breaks("spins", "computes until its time is over where a server is silent", "resources.processor",
			doing(func(o *opened, all []*pluginpb.Category) {
				if reasoned(3, "timed_out")(o, all) {
					compute(1300 * time.Millisecond)
				}
			})).asking(),
		breaks("restless", "goes on computing when it has collected", "resources.idle",
			doing(func(o *opened, _ []*pluginpb.Category) {
				if o.asked == restlessFrom {
					go compute(lifetime)
					go compute(lifetime)
				}
			})),
		breaks("eatsmemory", "takes 1 GiB of memory", "resources.memory", afterFirst(eatMemory)).
			host(Partly, tooMuch).late().alone().needs(protection.Memory),
		breaks("eatsfiles", "opens 5,000 files", "resources.descriptors", attempting(eatFiles)).
			host(Whole, couldNot).needs(protection.Resources),
		breaks("eatsprocesses", "starts all the children it can, up to 200", "readonly.processes",
			attempting(eatProcesses)).host(Whole, couldNot).late().alone().needs(protection.Processes),
		breaks("fillsrun", "writes 64 MB beside its socket", "readonly.files", attempting(fillRun)).
			host(Whole, couldNot).needs(protection.Resources),
	}
}

// eatMemory touches 1 GiB, and finishes if it is not stopped.
func eatMemory(stream, []*pluginpb.Category) error {
	arrived()
	var eaten [][]byte
	for range 1 << 4 {
		piece := make([]byte, 64<<20)
		for i := 0; i < len(piece); i += 4096 {
			piece[i] = 1
		}
		eaten = append(eaten, piece)
	}
	runtime.KeepAlive(eaten)
	os.Exit(harmed)
	return nil
}

func eatCPU(stream, []*pluginpb.Category) error {
	for range runtime.NumCPU() {
		go func() {
			for n := uint64(1); n != 0; n = n*3 + 1 {
			}
		}()
	}
	forever()
	return nil
}

// eatFiles opens more files than any plugin needs.
func eatFiles() bool {
	// The Go runtime raises the soft limit to the hard limit; so would any plugin.
	for range 5_000 {
		if _, err := syscall.Open("/dev/null", syscall.O_RDONLY|syscall.O_CLOEXEC, 0); err != nil {
			complain("open", err)
			closeMost()
			return false
		}
	}
	return true
}

// closeMost closes files, so that the plugin can go on.
func closeMost() {
	entries, _ := filepath.Glob("/proc/self/fd/*")
	for fd := max(64, len(entries)-64); fd < 5_000; fd++ {
		_ = syscall.Close(fd)
	}
}

// eatProcesses starts small programs, so that 200 of them are cheap; their name is that of our
// folder. If they can't be executed, it starts itself.
func eatProcesses() bool {
	self, err := os.Executable()
	if err != nil {
		return false
	}
	started := 0
	for range 200 {
		if (&exec.Cmd{Path: "/bin/sleep", Args: []string{dir(), "60"}}).Start() == nil ||
			exec.Command(self, childArgument).Start() == nil {
			started++
			continue
		}
		complain("start another", nil)
		break
	}
	return started > mostChildren
}

// mostChildren is more than any plugin needs.
const mostChildren = 64

func fillRun() bool {
	path := filepath.Join(os.Getenv("PLUGIN_UNIX_SOCKET_DIR"), "filler")
	f, err := os.Create(path)
	if err != nil {
		complain("create", err)
		return false
	}
	defer f.Close()
	for range 64 {
		if _, err := f.Write(make([]byte, 1<<20)); err != nil {
			complain("write", err)
			return false
		}
	}
	return true
}

// restlessFrom is late among the collects of a self-test, so that it costs little.
const restlessFrom = 36

func tires() {
	(&server{send: func(o *opened, all []*pluginpb.Category, to stream) error {
		if o.asked == 20 {
			return status.Error(codes.Aborted, "tired")
		}
		return sendAll(to, all, nil)
	}}).serve()
}

func hoards() life {
	var hoard [][]byte
	return meanwhile(func() {
		piece := make([]byte, 600_000)
		for i := 0; i < len(piece); i += 1024 {
			piece[i] = 1
		}
		hoard = append(hoard, piece)
	})
}

func keepsOpen() life {
	var open []*os.File
	return meanwhile(func() {
		if f, err := os.Open(os.DevNull); err == nil {
			open = append(open, f)
		}
	})
}

// compute uses this much processor time, in addition to the rest of the process.
func compute(most time.Duration) {
	for until := used() + most; used() < until; {
		for n := range 1 << 16 {
			_ = n * n
		}
	}
}

func used() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		os.Exit(1)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
