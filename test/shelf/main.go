package shelf

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"polycom.com/usagedata/core/wire"
)

// Started reports whether the program was started as a plugin, or as a plugin's child, and must
// call [Main].
func Started() bool {
	_, is := self()
	return is || os.Getenv(wire.Handshake.MagicCookieKey) == wire.Handshake.MagicCookieValue
}

// Main runs the plugin that the program's folder names. It exits the program, or returns when the
// plugin has ended well. If a plugin does not heed the lifeline, it outlives its host, unless the
// host prevents it: this is how the host is tested. The suite, which requires the lifeline, tests
// the plugins that heed it.
//
// Everything a plugin does is bounded, in bytes, in processes, and in time, so that a failing host
// does not harm the machine it is tested on.
func Main(heedLifeline bool) {
	if len(os.Args) > 1 {
		beOf(os.Args[1])
		return
	}
	p, ok := self()
	if !ok {
		fmt.Fprintf(os.Stderr, "%q is not on the shelf\n", name())
		os.Exit(1)
	}
	if heedLifeline && p.Check != "stop.lifeline" {
		go watchLifeline()
	}
	time.AfterFunc(lifetime, func() { os.Exit(70) }) // if the host fails to stop it, it must not run for ever
	p.live()
}

// lifetime is longer than any cycle, and any run of the suite.
const lifetime = 3 * time.Minute

// watchLifeline exits when the host does.
func watchLifeline() {
	if os.Getenv(wire.Lifeline) != wire.LifelineStdin {
		return
	}
	_, _ = os.Stdin.Read(make([]byte, 1))
	syscall.Exit(0) // at once: os.Exit would wait for the race detector
}

// dir returns the folder in which the plugin is installed.
func dir() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	return filepath.Dir(path)
}

// name returns the plugin's name, which is the folder's.
func name() string { return filepath.Base(dir()) }

// appliance returns the folder of the stage: the host's own folders and the root are below it.
func appliance() string { return filepath.Dir(filepath.Dir(dir())) }

// self returns the plugin that this program is: the one that its folder names, or the last release
// of that.
func self() (p Plugin, ok bool) {
	p, ok = Find(name())
	if filepath.Base(filepath.Dir(dir())) == lastReleases {
		p = p.released()
	}
	return p, ok
}

// stderr and stdout are the real ones: go-plugin replaces those of package os when it serves.
var stdout, stderr = os.Stdout, os.Stderr

// forever blocks for longer than every limit; the process is killed meanwhile.
func forever() { <-time.After(lifetime) }

// arrived waits long enough for sent data to reach the host.
func arrived() { <-time.After(300 * time.Millisecond) }
