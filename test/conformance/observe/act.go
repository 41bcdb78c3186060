package observe

import (
	"slices"
	"sync"
)

// Kind is the kind of an [Act].
type Kind string

// The kinds.
const (
	Write   Kind = "write"   // opens for writing or creating, or changes names, modes, owners, times, sizes of files
	Execute Kind = "execute" // executes a program
	Process Kind = "process" // starts a process, not a thread
	Connect Kind = "connect" // connects a socket, or sends a datagram to an address
	Listen  Kind = "listen"  // listens by TCP, binds another socket, or creates the name of a unix socket
	Signal  Kind = "signal"  // signals a process other than itself
	Leave   Kind = "leave"   // makes an object of the kernel that outlives it: shared memory, a queue, a key
	Read    Kind = "read"    // opens a file or a folder for reading; only on request, and only if it is not permitted
)

// Act is one thing that an observed program tried to do. A call with two names, such as a rename,
// is two acts. A call that its thread repeats at once is one act: see [record.add].
type Act struct {
	Kind Kind
	// Object is the object of the act: an absolute path; or network and address, as in "tcp
	// 127.0.0.1:443", "udp [::1]:53", "unix /run/x", "unix @abstract", "netlink route"; or the
	// program that is executed, or that starts a process; or the number of the signaled process; or the sort of an
	// object of the kernel. It
	// is empty if it cannot be read. It may name something of the customer's.
	Object string
	Call   string // name of the system call
	PID    int
	Let    bool // whether it was permitted, which does not mean that it succeeded
}

// maxOfEach is the number of acts kept of each [Kind]. Further ones are only counted.
const maxOfEach = 1000

// record holds each [Act] observed so far. The zero value is ready to use.
type record struct {
	mutex  sync.Mutex
	acts   []Act
	counts map[Kind]int
	last   map[uint32]answered // by thread
}

// answered is the last answered call of a thread.
type answered struct {
	call notice
	acts []Act
}

// add keeps the acts of one call if the call was answered. Readers wait for the lock, so a program
// that continues after the answer finds its acts here.
//
// If a signal wakes the thread just before the answer, the kernel takes the answer, interrupts the
// call all the same and shows it again under a new id. Nothing else in the notification
// distinguishes this from a thread that repeats its call, so if a thread makes the same call for
// the same acts twice in a row, they are added once.
func (r *record) add(call notice, acts []Act, answer func() bool) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if !answer() {
		return
	}
	if r.counts == nil {
		r.counts, r.last = map[Kind]int{}, map[uint32]answered{}
	}
	last := r.last[call.tid]
	r.last[call.tid] = answered{call, acts}
	if call.same(last.call) && slices.Equal(acts, last.acts) {
		return
	}
	for _, act := range acts {
		if act.Kind == Read && act.Let {
			continue // there are too many
		}
		if r.counts[act.Kind]++; r.counts[act.Kind] <= maxOfEach {
			r.acts = append(r.acts, act)
		}
	}
}

// Acts returns the acts so far, in order: the first thousand of each kind.
func (r *record) Acts() []Act {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return slices.Clone(r.acts)
}

// Count returns the number of acts of a kind.
func (r *record) Count(kind Kind) int {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.counts[kind]
}
