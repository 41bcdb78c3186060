// Package confine takes from a child process everything that it does not need, by means of the
// Linux kernel only and without a program in between: privileges, most of the file system, the
// network except a few ports, dangerous system calls, and resources.
//
// The kernel keeps most of these per thread, and a child inherits those of the thread that forks
// it. So they are set on a thread of this process that is used for one fork and then ended. The
// other threads are unaffected: the Go runtime never makes a new thread from a locked one. Limits
// that are kept per process (open files, core dumps) are set on the child from outside, as soon as
// it runs.
//
// If a kernel does not have or does not permit a protection, the report says so, and that is no
// error. A caller that demands the protection checks [Report.Lacking].
package confine

import (
	"os"
	"slices"
	"strings"

	"polycom.com/usagedata/core/protection"
)

// Status is the state of one protection, in a [Report].
type Status struct {
	Feature  protection.Feature `json:"feature"`
	Enforced bool               `json:"had"`
	Detail   string             `json:"told"` // in words: the protection that is in force, or why it is not
}

// Report is the state of all protections.
type Report []Status

func enforced(f protection.Feature, detail string) Status { return Status{f, true, detail} }

// notEnforced gives the reason in the kernel's own words, which name no file.
func notEnforced(f protection.Feature, source string, err error) Status {
	return Status{f, false, source + ": " + err.Error()}
}

// Lacking lists the wanted features that are not in force.
func (r Report) Lacking(wanted []protection.Feature) []protection.Feature {
	return slices.DeleteFunc(slices.Clone(wanted), func(f protection.Feature) bool {
		return slices.ContainsFunc(r, func(m Status) bool { return m.Feature == f && m.Enforced })
	})
}

// String returns the report in one line for the log.
func (r Report) String() string {
	var active, missing []string
	for _, m := range r {
		if m.Enforced {
			active = append(active, string(m.Feature))
		} else {
			missing = append(missing, string(m.Feature))
		}
	}
	return "in force: " + list(active) + "; not: " + list(missing)
}

func list(words []string) string {
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ", ")
}

// Plan is everything that a child may have or do, for [RunOnThread], [SetLimits] and [Watch].
type Plan struct {
	Binary *os.File // the only file that it can execute
	Folder string   // where it may make files and sockets

	// Files, and folders with everything below them, that it may read in addition to the system's
	// own. Missing ones are skipped.
	Read []string
	List []string // folders that it may list, with the folders below them

	Ports    []uint16 // TCP ports that it may connect to
	Internet bool     // whether it may have sockets of IPv4 and IPv6
	Connect  bool     // whether it may connect anywhere, unix sockets included

	Children     bool // whether it may start processes, which can execute only the files that it can
	KeepPriority bool // whether it keeps this process's priority

	Memory int64 // bytes
}
