package trial

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/test/shelf"
)

// beside is an actor that runs next to the plugin in some trials: it swaps the binary, or listens.
type beside struct {
	look    func() string              // returns the broken promise
	changes func(relative string) bool // files that the trial itself changes
	end     func() error
}

func begin(a *appliance) (beside, error) {
	switch a.plugin.Name {
	case "replaced":
		return replace(a)
	case "swapped":
		return swap(a)
	case "connects":
		return listenTCP(a)
	case "datagrams":
		return listenUDP(a)
	}
	return quiet(), nil
}

func quiet() beside {
	return beside{
		look:    func() string { return "" },
		changes: func(string) bool { return false },
		end:     func() error { return nil },
	}
}

// impostor is a binary that leaves a mark when it runs.
func impostor(a *appliance) []byte {
	return fmt.Appendf(nil, "#!/bin/sh\n: >%s\n", a.path("impostor-ran"))
}

func (a *appliance) impostorRan() string {
	if _, err := os.Stat(a.path("impostor-ran")); err == nil {
		return "another binary than the installed one was run"
	}
	return ""
}

// replace replaces the plugin's binary.
func replace(a *appliance) (beside, error) {
	b := quiet()
	b.look = a.impostorRan
	return b, errors.Join(os.Remove(a.binary()), os.WriteFile(a.binary(), impostor(a), 0o755))
}

// swap waits until the host opens the binary and replaces it, like an attacker who wants the host
// to check one binary and run the other.
func swap(a *appliance) (beside, error) {
	b := quiet()
	other := a.path("impostor")
	// A copy is needed: the binaries of other trials, which are one file, are opened all the time.
	text, err := os.ReadFile(a.binary())
	if err := errors.Join(err, os.Remove(a.binary()), os.WriteFile(a.binary(), text, 0o755),
		os.WriteFile(other, impostor(a), 0o755)); err != nil {
		return b, err
	}
	events, err := unix.InotifyInit1(unix.IN_CLOEXEC)
	if err != nil {
		return b, err
	}
	if _, err := unix.InotifyAddWatch(events, a.binary(), unix.IN_OPEN); err != nil {
		return b, errors.Join(err, unix.Close(events))
	}
	var swapped atomic.Bool
	done := make(chan struct{})
	go func() {
		defer close(done)
		if n, err := unix.Read(events, make([]byte, 4096)); err != nil || n <= 0 {
			return
		}
		swapped.Store(os.Rename(other, a.binary()) == nil)
	}()
	products := filepath.Join("products", a.plugin.Name)
	b.changes = func(path string) bool {
		return path == products || path == filepath.Join(products, product.PluginName)
	}
	b.look = func() string {
		if !swapped.Load() {
			return "the binary was not swapped: the trial shows nothing"
		}
		return a.impostorRan()
	}
	b.end = func() error {
		f, _ := os.Open(a.binary()) // an event, for a reader that still waits
		if f != nil {
			f.Close()
		}
		<-done
		return unix.Close(events)
	}
	return b, nil
}

// marked returns the process of the plugin that waits for its host to be killed, or 0.
func (a *appliance) marked() int {
	for _, pid := range a.family() {
		names, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/comm", pid))
		for _, name := range names {
			if text, _ := os.ReadFile(name); strings.TrimSpace(string(text)) == shelf.Mark {
				return pid
			}
		}
	}
	return 0
}

func listenTCP(a *appliance) (beside, error) {
	b := quiet()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return b, err
	}
	var reached atomic.Int64
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			reached.Add(1)
			conn.Close()
		}
	}()
	b.end = listener.Close
	b.look = func() string { return told(reached.Load(), "connections") }
	return b, os.WriteFile(a.path("root/target-tcp"), []byte(listener.Addr().String()), 0o644)
}

func listenUDP(a *appliance) (beside, error) {
	b := quiet()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return b, err
	}
	var reached atomic.Int64
	go func() {
		for {
			if _, _, err := conn.ReadFrom(make([]byte, 64)); err != nil {
				return
			}
			reached.Add(1)
		}
	}()
	b.end = conn.Close
	b.look = func() string { return told(reached.Load(), "datagrams") }
	return b, os.WriteFile(a.path("root/target-udp"), []byte(conn.LocalAddr().String()), 0o644)
}

func told(n int64, what string) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d %s came through", n, what)
}
