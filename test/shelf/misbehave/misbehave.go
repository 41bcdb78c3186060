// Package misbehave is every plugin on the shelf of test/shelf, FOR TESTS ONLY: a program that calls Main does wrong,
// installed in a folder, what the folder's name says. It serves the protocol itself where the SDK would not let an
// author do so.
//
// What it does is bounded: in bytes, in processes, and in time, so that a host that fails does not cost the machine it
// is tested on.
package misbehave

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// life is a plugin's whole life.
type life func()

// lives by the names of the shelf.
func lives() map[string]life {
	all := map[string]life{}
	for _, some := range []map[string]life{
		handshakes(), bareServers(), calls(), sdkPlugins(), streams(), values(), rawAnswers(), output(), sizes(), families(),
		appetites(), reaches(),
	} {
		maps.Copy(all, some)
	}
	return all
}

// Main is the program. It ends it, or returns when the plugin has ended well.
func Main() {
	if len(os.Args) > 1 {
		argued(os.Args[1])
		return
	}
	live, ok := lives()[name()]
	if !ok {
		fmt.Fprintf(os.Stderr, "misbehave: %q is not on the shelf\n", name())
		os.Exit(1)
	}
	time.AfterFunc(lifetime, func() { os.Exit(70) }) // a host that does not end it must not leave it behind for ever
	live()
}

// lifetime is longer than any cycle.
const lifetime = 2 * time.Minute

// argued is for what does not begin as a plugin: a list of the shelf for its test, and children.
func argued(argument string) {
	switch argument {
	case "-list":
		for _, name := range slices.Sorted(maps.Keys(lives())) {
			fmt.Fprintln(os.Stdout, name)
		}
	case childArgument:
		beChild()
	case parentArgument:
		beParent()
	}
}

// dir is the folder in which the plugin is installed.
func dir() string {
	path, err := os.Executable()
	if err != nil {
		panic(err)
	}
	return filepath.Dir(path)
}

func name() string { return filepath.Base(dir()) }

// appliance is the folder of the stage: the host's own folders and the root are below it.
func appliance() string { return filepath.Dir(filepath.Dir(dir())) }

// stderr and stdout are the real ones: go-plugin replaces those of package os when it serves.
var stdout, stderr = os.Stdout, os.Stderr

// forever outlasts every limit; what waits for it is ended by somebody else.
func forever() { <-time.After(lifetime) }
