package misbehave

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
	"unsafe"

	"github.com/hashicorp/go-plugin"
	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/test/shelf"
)

// handshakes go wrong before the host can call.
func handshakes() map[string]life {
	return map[string]life{
		"chatters":   func() { fmt.Fprintln(stdout, "hello from", shelf.Name); (&server{}).serve() },
		"mute":       forever,
		"halfline":   func() { fmt.Fprint(stdout, "1|1|unix|"); forever() },
		"exits":      func() { fmt.Fprintln(stderr, shelf.Name, "is gone"); os.Exit(3) },
		"crashes":    func() { panic(shelf.Name + " is gone") },
		"futureapp":  speaksLater,
		"floodsout":  func() { flood(stdout, strings.Repeat("x", 1<<16), lifetime) },
		"stopsearly": func() { waitForSignal() },
	}
}

func speaksLater() {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig:  wire.Handshake,
		VersionedPlugins: map[int]plugin.PluginSet{99: {wire.Name: &wire.Glue{Serve: &server{}}}},
		GRPCServer:       plugin.DefaultGRPCServer,
	})
}

// waitForSignal says that it does, and hangs.
func waitForSignal() {
	runtime.LockOSThread()
	name, err := unix.BytePtrFromString(shelf.Mark)
	if err != nil {
		panic(err)
	}
	_, _, _ = unix.RawSyscall(unix.SYS_PRCTL, unix.PR_SET_NAME, uintptr(unsafe.Pointer(name)), 0)
	forever()
}

// flood writes the text again and again, until it is ended or the time is up.
func flood(to *os.File, text string, limit time.Duration) {
	for until := time.Now().Add(limit); time.Now().Before(until); {
		if _, err := to.WriteString(text); err != nil {
			return
		}
	}
}

// pour writes so many bytes in pieces of the text.
func pour(to *os.File, text string, bytes int) {
	for written := 0; written < bytes; written += len(text) {
		if _, err := to.WriteString(text); err != nil {
			return
		}
	}
}
