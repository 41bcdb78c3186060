// Package confine takes from a child process what it does not need, by means of the Linux kernel only and without a
// program in between: privileges, most of the file system, the network but for a few ports, dangerous system calls, and
// resources.
//
// Most of these the kernel keeps per thread, and a child has those of the thread that forks it. So they are set on a
// thread of this process which is used for one fork and then ended. The others stay as they are: the Go runtime never
// makes a new thread from one that is locked. What is kept per process (open files, core dumps) is set on the child
// from outside, as soon as it runs.
//
// What a kernel does not have, or does not permit, is told and not fatal; whoever needs it compares with
// Report.Lacking.
package confine

import (
	"os"
	"slices"
	"strings"

	"polycom.com/usagedata/core/protection"
)

// Measure is what could be had of a feature.
type Measure struct {
	Feature protection.Feature `json:"feature"`
	Had     bool               `json:"had"`
	Told    string             `json:"told"` // in words: what is in force, or why it is not
}

// Report is what could be had of all.
type Report []Measure

func had(f protection.Feature, told string) Measure { return Measure{f, true, told} }

// lacking tells why by the kernel's own word, which names no file.
func lacking(f protection.Feature, what string, err error) Measure {
	return Measure{f, false, what + ": " + err.Error()}
}

// Lacking lists those of the wanted that could not be had.
func (r Report) Lacking(wanted []protection.Feature) []protection.Feature {
	return slices.DeleteFunc(slices.Clone(wanted), func(f protection.Feature) bool {
		return slices.ContainsFunc(r, func(m Measure) bool { return m.Feature == f && m.Had })
	})
}

// String is the report in one line for the log.
func (r Report) String() string {
	var had, not []string
	for _, m := range r {
		if m.Had {
			had = append(had, string(m.Feature))
		} else {
			not = append(not, string(m.Feature))
		}
	}
	return "in force: " + list(had) + "; not: " + list(not)
}

func list(words []string) string {
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ", ")
}

// Plan is what a child is left with.
type Plan struct {
	Binary *os.File // what it executes; nothing else can be executed
	Folder string   // where it may make files and sockets

	// files, and folders with all beneath them, that it may read beside the system's own; missing ones are passed over
	Read []string
	List []string // folders that it may list, with those beneath them

	Ports    []uint16 // TCP ports that it may connect to
	Internet bool     // whether it may have sockets of IPv4 and IPv6 at all
	Connect  bool     // whether it may connect anywhere, unix sockets included

	Children bool // whether it may start processes, which can execute only what it can itself
	Eager    bool // whether it keeps this process's priority

	Memory int64 // bytes
}
