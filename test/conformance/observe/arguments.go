package observe

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// writing has the flags of an open that does more than read.
const writing = unix.O_WRONLY | unix.O_RDWR | unix.O_CREAT | unix.O_TRUNC

// argument returns the objects of a call's acts, from the call's arguments.
type argument = func(notice) []string

// path reads an argument that names a file, relative to the working folder unless it is absolute.
func path(n int) argument {
	return func(c notice) []string { return []string{c.path(unix.AT_FDCWD, c.args[n])} }
}

// at reads two arguments: a folder's descriptor, and a path relative to it. If the path is empty,
// the descriptor's own file is meant.
func at(folder, n int) argument {
	return func(c notice) []string { return []string{c.path(int32(c.args[folder]), c.args[n])} }
}

// descriptor reads an argument that is an open file.
func descriptor(n int) argument {
	return func(c notice) []string { return []string{c.file(int32(c.args[n]))} }
}

func both(one, other argument) argument {
	return func(c notice) []string { return append(one(c), other(c)...) }
}

func openat2(c notice) []string {
	if openat2Flags(c)&writing == 0 {
		return nil
	}
	return at(0, 1)(c)
}

// openat2Flags reads the flags from memory. If they cannot be read, the call is assumed to write.
func openat2Flags(c notice) uint64 {
	if flags := c.memory(c.args[2], 8); len(flags) == 8 {
		return binary.NativeEndian.Uint64(flags)
	}
	return writing
}

// starter returns the program that starts a process.
func starter(c notice) []string {
	return []string{read(fmt.Sprintf("/proc/%d/exe", c.tid))}
}

// path returns the absolute form of the path at an address in the caller's memory.
func (n notice) path(folder int32, address uint64) string {
	name, ok := "", true
	if address != 0 {
		name, ok = n.text(address)
	}
	switch {
	case !ok:
		return ""
	case filepath.IsAbs(name):
		return filepath.Clean(name)
	}
	return n.beneath(folder, name)
}

func (n notice) beneath(folder int32, name string) string {
	base := n.file(folder)
	if base == "" {
		return ""
	}
	return filepath.Join(base, name)
}

// file returns the path of the caller's open descriptor.
func (n notice) file(fd int32) string {
	if fd == unix.AT_FDCWD {
		return read(fmt.Sprintf("/proc/%d/cwd", n.tid))
	}
	return read(fmt.Sprintf("/proc/%d/fd/%d", n.tid, fd))
}

// read returns the target of a link, or "" if it cannot be read.
func read(link string) string {
	to, _ := os.Readlink(link)
	return to
}

// signals returns the receiver of a signal: the number of a process or a thread, or a number that
// means several. A process that signals itself does nothing to others.
func signals(c notice) []string { return c.toOthers(int(int32(c.args[0]))) }

// signalsBehind is [signals] for a process descriptor.
func signalsBehind(c notice) []string {
	return c.toOthers(number(fmt.Sprintf("/proc/%d/fdinfo/%d", c.tid, int32(c.args[0])), "Pid:"))
}

// owns returns the process that becomes the owner of a descriptor. A negative number is a process group,
// and 0 means no owner.
func owns(c notice) []string {
	if c.args[1] == unix.F_SETOWN {
		return c.toOwner(int32(c.args[2]))
	}
	return c.ownsBehind(c.args[2] + 4) // after the sort of the owner
}

func ownsByPointer(c notice) []string { return c.ownsBehind(c.args[2]) }

func (n notice) ownsBehind(address uint64) []string {
	number := n.memory(address, 4)
	if len(number) < 4 {
		return []string{""}
	}
	return n.toOwner(int32(binary.NativeEndian.Uint32(number)))
}

func (n notice) toOwner(target int32) []string {
	if target == 0 {
		return nil
	}
	return n.toOthers(int(target))
}

// sort returns the sort of the object of a call.
func sort(object string) argument { return func(notice) []string { return []string{object} } }

func (n notice) toOthers(target int) []string {
	if own := processOf(int(n.tid)); own != 0 && target > 0 && processOf(target) == own {
		return nil
	}
	return []string{strconv.Itoa(target)}
}

// processOf returns the process that a thread belongs to, or 0.
func processOf(tid int) int { return number(fmt.Sprintf("/proc/%d/status", tid), "Tgid:") }

// number returns the number after a word in a file of /proc, or 0.
func number(file, word string) int {
	text, _ := os.ReadFile(file)
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, word); ok {
			n, _ := strconv.Atoi(strings.TrimSpace(rest))
			return n
		}
	}
	return 0
}
