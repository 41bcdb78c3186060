package misbehave

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"

	"polycom.com/usagedata/test/shelf"
)

// appetites are plugins that take what they can get, up to a bound.
func appetites() map[string]life {
	return map[string]life{
		"eatsmemory":    collecting(func(to stream) error { arrived(); return eatMemory(to) }),
		"eatscpu":       collecting(eatCPU),
		"eatsfiles":     attempting(eatFiles),
		"eatsprocesses": attempting(eatProcesses),
		"fillsrun":      attempting(fillRun),
	}
}

// attempting is a plugin that tries to do harm before it sends anything. Where it came to, it says so by its exit code;
// where it was refused, it goes on well.
func attempting(harm func() (done bool)) life {
	return func() {
		(&server{collect: func(to stream) error {
			if harm() {
				os.Exit(shelf.Harmed)
			}
			return whole(to)
		}}).serve()
	}
}

// eatMemory touches 1 GiB, and is done if nobody minds.
func eatMemory(stream) error {
	var eaten [][]byte
	for range 1 << 4 {
		piece := make([]byte, 64<<20)
		for i := 0; i < len(piece); i += 4096 {
			piece[i] = 1
		}
		eaten = append(eaten, piece)
	}
	runtime.KeepAlive(eaten)
	os.Exit(shelf.Harmed)
	return nil
}

func eatCPU(stream) error {
	for range runtime.NumCPU() {
		go func() {
			for n := uint64(1); n != 0; n = n*3 + 1 {
			}
		}()
	}
	forever()
	return nil
}

// eatFiles opens more than any plugin needs.
func eatFiles() bool {
	// The Go runtime raises the soft limit to the hard one; so would any plugin.
	for range 5_000 {
		if _, err := syscall.Open("/dev/null", syscall.O_RDONLY|syscall.O_CLOEXEC, 0); err != nil {
			complain("could not open", err)
			closeMost()
			return false
		}
	}
	return true
}

// closeMost makes room for what the plugin needs to go on.
func closeMost() {
	entries, _ := filepath.Glob("/proc/self/fd/*")
	for fd := max(64, len(entries)-64); fd < 5_000; fd++ {
		_ = syscall.Close(fd)
	}
}

// eatProcesses starts small programs, because 200 of them are to cost the machine little; they bear our folder's name.
// Where those can't be executed, it starts itself.
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
		complain("could not start another", nil)
		break
	}
	return started > mostChildren
}

// mostChildren is what no plugin needs.
const mostChildren = 64

func fillRun() bool {
	path := filepath.Join(os.Getenv("PLUGIN_UNIX_SOCKET_DIR"), "filler")
	f, err := os.Create(path)
	if err != nil {
		complain("could not create", err)
		return false
	}
	defer f.Close()
	for range 64 {
		if _, err := f.Write(make([]byte, 1<<20)); err != nil {
			complain("could not write", err)
			return false
		}
	}
	return true
}
