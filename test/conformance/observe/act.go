package observe

import (
	"slices"
	"sync"
)

// Kind is a kind of act.
type Kind string

// The kinds.
const (
	Write   Kind = "write"   // opens for writing or creating, or changes names, modes, owners, times, sizes of files
	Execute Kind = "execute" // executes a program
	Process Kind = "process" // starts a process, not a thread
	Connect Kind = "connect" // connects a socket, or sends a datagram to an address
	Listen  Kind = "listen"  // can be reached: listens by TCP, binds another socket, or makes the name of a unix socket
	Signal  Kind = "signal"  // signals a process other than itself
)

// Act is one thing that an observed program tried. A call that has two names, as a move has, is two
// acts. A call that its thread repeats at once is one act: see record.add.
type Act struct {
	Kind Kind
	// What is an absolute path; or network and address, as in "tcp 127.0.0.1:443", "udp [::1]:53", "unix /run/x", "unix
	// @abstract", "netlink route"; or the program that is executed, or that starts a process; or the number of who is
	// signalled. Empty where it can't be read. It may name something of the customer: for comparing, never for showing.
	What string
	PID  int
	Let  bool // whether it was let happen, which is not whether it succeeded
}

// maxOfEach bounds the acts that are kept of each kind. The rest is counted.
const maxOfEach = 1000

// record is what has been seen. The zero value is ready to use.
type record struct {
	mutex  sync.Mutex
	acts   []Act
	counts map[Kind]int
	last   map[uint32]answered // by thread
}

// answered is the call of a thread that was answered last.
type answered struct {
	call notice
	acts []Act
}

// add keeps the acts of one call if the call was answered. A program that goes on after the answer finds its acts here:
// whoever looks waits.
//
// If a signal wakes the thread just before the answer, the kernel takes the answer, interrupts the
// call all the same and shows it again under a new id. Nothing else in the notification tells this
// from a thread that repeats its call, so a thread that makes the same call for the same acts twice
// in a row adds them once.
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
		if r.counts[act.Kind]++; r.counts[act.Kind] <= maxOfEach {
			r.acts = append(r.acts, act)
		}
	}
}

// Acts are those so far, in order: the first thousand of each kind.
func (r *record) Acts() []Act {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return slices.Clone(r.acts)
}

// Count is how many there were of a kind.
func (r *record) Count(kind Kind) int {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.counts[kind]
}
