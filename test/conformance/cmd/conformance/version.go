package main

import (
	"runtime/debug"
	"strings"
)

// version is the version of the usage data service that this program was built from. make suite
// sets it.
var version string

// service returns that version. A program that the go command took from a module proxy knows it
// without make.
func service() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && strings.HasPrefix(info.Main.Version, "v") {
		return strings.TrimPrefix(info.Main.Version, "v")
	}
	return "an unknown version"
}
