package shelf

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"polycom.com/usagedata/core/wire"
)

// Started reports whether the program was started as a plugin, or as a plugin's child, and must call Main.
func Started() bool {
	_, is := Find(name())
	return is || os.Getenv(wire.Handshake.MagicCookieKey) == wire.Handshake.MagicCookieValue
}

// Main is the program, as the plugin that its folder names. It ends it, or returns when the plugin has ended well. A
// plugin that does not heed the lifeline outlives its host, unless the host sees to it: that is how the host is tried.
// The suite, which wants the lifeline heeded, tries those that do.
//
// What a plugin does is bounded, in bytes, in processes, and in time, so that a host that fails does not cost the
// machine it is tested on.
func Main(heedLifeline bool) {
	if len(os.Args) > 1 {
		beOf(os.Args[1])
		return
	}
	p, ok := Find(name())
	if !ok {
		fmt.Fprintf(os.Stderr, "%q is not on the shelf\n", name())
		os.Exit(1)
	}
	if heedLifeline && p.Check != "stop.lifeline" {
		go watchLifeline()
	}
	time.AfterFunc(lifetime, func() { os.Exit(70) }) // a host that does not end it must not leave it behind for ever
	p.live()
}

// lifetime is longer than any cycle, and any run of the suite.
const lifetime = 3 * time.Minute

// watchLifeline ends the process with its host.
func watchLifeline() {
	if os.Getenv(wire.Lifeline) != wire.LifelineStdin {
		return
	}
	_, _ = os.Stdin.Read(make([]byte, 1))
	syscall.Exit(0) // at once: with os.Exit a race detector would linger
}

// dir is the folder in which the plugin is installed.
func dir() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	return filepath.Dir(path)
}

// name is the plugin's: the folder's.
func name() string { return filepath.Base(dir()) }

// appliance is the folder of the stage: the host's own folders and the root are below it.
func appliance() string { return filepath.Dir(filepath.Dir(dir())) }

// stderr and stdout are the real ones: go-plugin replaces those of package os when it serves.
var stdout, stderr = os.Stdout, os.Stderr

// forever outlasts every limit; what waits for it is ended by somebody else.
func forever() { <-time.After(lifetime) }

// arrived is long enough for what was sent to reach the host.
func arrived() { <-time.After(300 * time.Millisecond) }
