package confine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/internal/lookup"
)

// Landlock by its three system calls: the library for it confines all threads of a process and loads what the Go
// runtime has for that.

// The rights that each version of the interface added.
var added = map[int]uint64{
	1: unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_READ_FILE |
		unix.LANDLOCK_ACCESS_FS_READ_DIR | unix.LANDLOCK_ACCESS_FS_REMOVE_DIR | unix.LANDLOCK_ACCESS_FS_REMOVE_FILE |
		unix.LANDLOCK_ACCESS_FS_MAKE_CHAR | unix.LANDLOCK_ACCESS_FS_MAKE_DIR | unix.LANDLOCK_ACCESS_FS_MAKE_REG |
		unix.LANDLOCK_ACCESS_FS_MAKE_SOCK | unix.LANDLOCK_ACCESS_FS_MAKE_FIFO | unix.LANDLOCK_ACCESS_FS_MAKE_BLOCK |
		unix.LANDLOCK_ACCESS_FS_MAKE_SYM,
	2: unix.LANDLOCK_ACCESS_FS_REFER,
	3: unix.LANDLOCK_ACCESS_FS_TRUNCATE,
	5: unix.LANDLOCK_ACCESS_FS_IOCTL_DEV,
	9: unix.LANDLOCK_ACCESS_FS_RESOLVE_UNIX,
}

// What is granted, as far as the kernel knows it, and as far as it can be granted for a file that is no folder.
const (
	execute  = unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_READ_FILE
	enlist   = unix.LANDLOCK_ACCESS_FS_READ_DIR
	read     = unix.LANDLOCK_ACCESS_FS_READ_FILE | enlist | unix.LANDLOCK_ACCESS_FS_RESOLVE_UNIX
	discard  = unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_WRITE_FILE
	populate = read | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_TRUNCATE |
		unix.LANDLOCK_ACCESS_FS_REMOVE_FILE |
		unix.LANDLOCK_ACCESS_FS_MAKE_REG | unix.LANDLOCK_ACCESS_FS_MAKE_SOCK

	ofFiles = execute | discard | unix.LANDLOCK_ACCESS_FS_TRUNCATE | unix.LANDLOCK_ACCESS_FS_IOCTL_DEV |
		unix.LANDLOCK_ACCESS_FS_RESOLVE_UNIX
)

const (
	withNetwork = 4 // the version from which there are ports
	withScopes  = 6 // and signals and abstract sockets

	rulePort = 2 // LANDLOCK_RULE_NET_PORT

	// betweenThreads is the flaw, by its bit when mended, by which a confined thread could not signal the others of its
	// process. The Go runtime does.
	betweenThreads = 1 << 1
)

// ruleset is a set of rules that is not in force yet.
type ruleset struct {
	fd      int
	version int
	handled uint64
	scoped  bool
}

// version is that of the kernel's interface.
func version() (int, error) { return create(nil, unix.LANDLOCK_CREATE_RULESET_VERSION) }

func create(attributes *unix.LandlockRulesetAttr, flags uintptr) (int, error) {
	var size uintptr
	if attributes != nil {
		size = unsafe.Sizeof(*attributes)
	}
	got, _, no := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(attributes)), size, flags)
	if no != 0 {
		return 0, no
	}
	return int(got), nil
}

// newRuleset handles all that this kernel and this program know: what is handled and not granted is forbidden.
func newRuleset() (*ruleset, error) {
	known, err := version()
	if err != nil {
		return nil, err
	}
	r := &ruleset{version: known}
	for since, rights := range added {
		if since <= known {
			r.handled |= rights
		}
	}
	attributes := unix.LandlockRulesetAttr{Handled_access_fs: r.handled}
	if known >= withNetwork {
		attributes.Handled_access_net = unix.LANDLOCK_ACCESS_NET_CONNECT_TCP | unix.LANDLOCK_ACCESS_NET_BIND_TCP
	}
	if known >= withScopes {
		mended, err := create(nil, unix.LANDLOCK_CREATE_RULESET_ERRATA)
		r.scoped = err == nil && mended&betweenThreads != 0
		attributes.Scoped = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET
	}
	if r.scoped {
		attributes.Scoped |= unix.LANDLOCK_SCOPE_SIGNAL
	}
	r.fd, err = create(&attributes, 0)
	return r, err
}

func (r *ruleset) close() { _ = unix.Close(r.fd) }

// grant allows the rights on files, and on folders and all beneath them, that are there. One that is not can't be
// opened later either; nor can one of a file system that does not answer, which is not waited for (SEND-5).
func (r *ruleset) grant(rights uint64, paths ...string) error {
	ctx, cancel := lookup.Limited(context.Background())
	defer cancel()
	var pending []lookup.Pending[*os.File]
	for _, path := range paths {
		pending = append(pending, lookup.Begin(func() (*os.File, error) { return os.OpenFile(path, unix.O_PATH, 0) }))
	}
	var failed []error
	for _, p := range pending {
		f, err := p.Wait(ctx)
		if err != nil {
			continue
		}
		failed = append(failed, r.grantFD(int(f.Fd()), rights))
		_ = f.Close()
	}
	return errors.Join(failed...)
}

func (r *ruleset) grantFD(fd int, rights uint64) error {
	var status unix.Statx_t // without asking a server: what a file is does not change
	if err := unix.Statx(fd, "", unix.AT_EMPTY_PATH|unix.AT_STATX_DONT_SYNC, unix.STATX_TYPE, &status); err != nil {
		return fmt.Errorf("look at what is granted: %w", err)
	}
	if status.Mode&unix.S_IFMT != unix.S_IFDIR {
		rights &= ofFiles
	}
	rule := unix.LandlockPathBeneathAttr{Allowed_access: rights & r.handled, Parent_fd: int32(fd)}
	if rule.Allowed_access == 0 {
		return nil
	}
	return r.add(unix.LANDLOCK_RULE_PATH_BENEATH, unsafe.Pointer(&rule))
}

// grantPort allows TCP connections to a port, on whatever machine.
func (r *ruleset) grantPort(port uint16) error {
	rule := struct{ access, port uint64 }{unix.LANDLOCK_ACCESS_NET_CONNECT_TCP, uint64(port)}
	if r.version < withNetwork {
		return nil
	}
	return r.add(rulePort, unsafe.Pointer(&rule))
}

func (r *ruleset) add(kind uintptr, rule unsafe.Pointer) error {
	_, _, no := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(r.fd), kind, uintptr(rule), 0, 0, 0)
	if no != 0 {
		return fmt.Errorf("add a rule: %w", os.NewSyscallError("landlock_add_rule", no))
	}
	return nil
}
