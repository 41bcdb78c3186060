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

// Landlock is used through its three system calls. The Go library for it confines all threads of a
// process, and loads the Go runtime's support for that.

// rightsSince lists the rights that each version of the interface added.
var rightsSince = map[int]uint64{
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

// The rights that are granted, as far as the kernel knows them. fileRights are those that can
// be granted on a plain file.
const (
	execute  = unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_READ_FILE
	listing  = unix.LANDLOCK_ACCESS_FS_READ_DIR
	read     = unix.LANDLOCK_ACCESS_FS_READ_FILE | listing | unix.LANDLOCK_ACCESS_FS_RESOLVE_UNIX
	discard  = unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_WRITE_FILE
	populate = read | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_TRUNCATE |
		unix.LANDLOCK_ACCESS_FS_REMOVE_FILE |
		unix.LANDLOCK_ACCESS_FS_MAKE_REG | unix.LANDLOCK_ACCESS_FS_MAKE_SOCK

	fileRights = execute | discard | unix.LANDLOCK_ACCESS_FS_TRUNCATE | unix.LANDLOCK_ACCESS_FS_IOCTL_DEV |
		unix.LANDLOCK_ACCESS_FS_RESOLVE_UNIX
)

const (
	withNetwork = 4 // the version that added ports
	withScopes  = 6 // the version that added signals and abstract sockets

	rulePort = 2 // LANDLOCK_RULE_NET_PORT

	// threadSignalsFixed is the bit that the kernel sets if it has fixed the bug by which a
	// confined thread could not signal the other threads of its process. The Go runtime sends such
	// signals.
	threadSignalsFixed = 1 << 1
)

// ruleset is a set of rules that is not in force yet.
type ruleset struct {
	fd      int
	version int
	handled uint64
	scoped  bool
}

// interfaceVersion returns the version of the kernel's interface.
func interfaceVersion() (int, error) { return createRuleset(nil, unix.LANDLOCK_CREATE_RULESET_VERSION) }

func createRuleset(attributes *unix.LandlockRulesetAttr, flags uintptr) (int, error) {
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

// newRuleset handles all rights that both this kernel and this program know. A right that is
// handled and not granted is refused.
func newRuleset() (*ruleset, error) {
	known, err := interfaceVersion()
	if err != nil {
		return nil, err
	}
	r := &ruleset{version: known}
	for since, rights := range rightsSince {
		if since <= known {
			r.handled |= rights
		}
	}
	attributes := unix.LandlockRulesetAttr{Handled_access_fs: r.handled}
	if known >= withNetwork {
		attributes.Handled_access_net = unix.LANDLOCK_ACCESS_NET_CONNECT_TCP | unix.LANDLOCK_ACCESS_NET_BIND_TCP
	}
	if known >= withScopes {
		errata, err := createRuleset(nil, unix.LANDLOCK_CREATE_RULESET_ERRATA)
		r.scoped = err == nil && errata&threadSignalsFixed != 0
		attributes.Scoped = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET
	}
	if r.scoped {
		attributes.Scoped |= unix.LANDLOCK_SCOPE_SIGNAL
	}
	r.fd, err = createRuleset(&attributes, 0)
	return r, err
}

func (r *ruleset) close() { _ = unix.Close(r.fd) }

// grant allows the rights on existing files, and on folders with everything below them. A path that
// does not exist cannot be opened later either. The same holds for a path of a file system that
// does not answer: grant does not wait for it (SEND-5).
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
	var status unix.Statx_t // without asking a server: the type of a file does not change
	if err := unix.Statx(fd, "", unix.AT_EMPTY_PATH|unix.AT_STATX_DONT_SYNC, unix.STATX_TYPE, &status); err != nil {
		return fmt.Errorf("read the type of a granted file: %w", err)
	}
	if status.Mode&unix.S_IFMT != unix.S_IFDIR {
		rights &= fileRights
	}
	rule := unix.LandlockPathBeneathAttr{Allowed_access: rights & r.handled, Parent_fd: int32(fd)}
	if rule.Allowed_access == 0 {
		return nil
	}
	return r.add(unix.LANDLOCK_RULE_PATH_BENEATH, unsafe.Pointer(&rule))
}

// grantPort allows TCP connections to a port of any machine.
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
