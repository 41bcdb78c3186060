package observe

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// raw is a call made without a library. Of its arguments, "path" and "other" are names, "file" and
// "folder" are descriptors, "here" is the working folder, and the rest are numbers.
type raw struct {
	number int
	args   string
	want   string // the names that are the objects of its acts
}

func raws() []raw {
	return []raw{
		{unix.SYS_OPENAT, "here path 1", "path"},
		{unix.SYS_OPENAT, "folder path 2", "folder/path"},
		{unix.SYS_OPENAT, "here path 64", "path"},
		{unix.SYS_OPENAT, "here path 512", "path"},
		{unix.SYS_OPEN_BY_HANDLE_AT, "folder 0 1", "folder"},
		{unix.SYS_TRUNCATE, "path 0", "path"},
		{unix.SYS_FTRUNCATE, "file 0", "file"},
		{unix.SYS_FALLOCATE, "file 0 0 1", "file"},
		{unix.SYS_MKDIRAT, "folder path", "folder/path"},
		{unix.SYS_MKNODAT, "folder path", "folder/path"},
		{unix.SYS_UNLINKAT, "folder path", "folder/path"},
		{unix.SYS_RENAMEAT, "folder path here other", "folder/path other"},
		{unix.SYS_RENAMEAT2, "here path folder other", "path folder/other"},
		{unix.SYS_LINKAT, "here path folder other", "folder/other"},
		{unix.SYS_SYMLINKAT, "path folder other", "folder/other"},
		{unix.SYS_MOUNT, "other path", "path"},
		{unix.SYS_UMOUNT2, "path", "path"},
		{unix.SYS_FCHMOD, "file", "file"},
		{unix.SYS_FCHMODAT, "folder path", "folder/path"},
		{unix.SYS_FCHMODAT2, "folder path", "folder/path"},
		{unix.SYS_FCHOWN, "file", "file"},
		{unix.SYS_FCHOWNAT, "folder path", "folder/path"},
		{unix.SYS_UTIMENSAT, "folder path", "folder/path"},
		{unix.SYS_UTIMENSAT, "file 0", "file"},
		{unix.SYS_SETXATTR, "path other", "path"},
		{unix.SYS_LSETXATTR, "path other", "path"},
		{unix.SYS_FSETXATTR, "file other", "file"},
		{unix.SYS_SETXATTRAT, "folder path", "folder/path"},
		{unix.SYS_REMOVEXATTR, "path other", "path"},
		{unix.SYS_LREMOVEXATTR, "path other", "path"},
		{unix.SYS_FREMOVEXATTR, "file other", "file"},
		{unix.SYS_REMOVEXATTRAT, "folder path", "folder/path"},
		{unix.SYS_FILE_SETATTR, "folder path", "folder/path"},
		{unix.SYS_EXECVEAT, "folder path", "folder/path"},
		{unix.SYS_EXECVEAT, "file 0", "file"},
	}
}

// PLUG-1: every call of the table is seen, with its objects, and refused.
func TestCalls(t *testing.T) {
	dir := folder(t)
	if err := os.Mkdir(dir+"/folder", 0o700); err != nil {
		t.Fatal(err)
	}
	var args, want []string
	for _, call := range append(raws(), oldRaws()...) {
		args = append(args, fmt.Sprint(call.number, " ", call.args))
		for name := range strings.FieldsSeq(call.want) {
			want = append(want, dir+"/"+name)
		}
	}
	acts, said := watched(t, func(Act) bool { return false }, dir, "raw", args...)
	var got []string
	for _, act := range acts {
		got = append(got, strings.Replace(act.Object, myself(t), dir+"/program", 1))
	}
	if diff := cmp.Diff(want, got); diff != "" || said != "done" {
		t.Errorf("got %q, want - got +\n%s", said, diff)
	}
}

// Every call of the table has a test that makes it.
func TestCallsAreTested(t *testing.T) {
	byRoles := []uint32{ // by the other tests
		unix.SYS_OPENAT2, unix.SYS_EXECVE, unix.SYS_CLONE, unix.SYS_CONNECT, unix.SYS_SENDTO, unix.SYS_SENDMSG,
		unix.SYS_SENDMMSG, unix.SYS_BIND,
		unix.SYS_LISTEN, unix.SYS_KILL, unix.SYS_TKILL, unix.SYS_TGKILL, unix.SYS_RT_SIGQUEUEINFO,
		unix.SYS_RT_TGSIGQUEUEINFO,
		unix.SYS_PIDFD_SEND_SIGNAL, unix.SYS_FCNTL, unix.SYS_IOCTL, unix.SYS_SHMGET, unix.SYS_SEMGET, unix.SYS_MSGGET,
		unix.SYS_MQ_OPEN, unix.SYS_ADD_KEY,
	}
	for _, c := range calls(0) {
		tested := slices.ContainsFunc(append(raws(), oldRaws()...),
			func(r raw) bool { return r.number == int(c.number) })
		if !tested && !slices.Contains(byRoles, c.number) {
			t.Errorf("call %d has no test", c.number)
		}
	}
}

// makeRaw makes each call, and returns those that were not refused.
func makeRaw(calls []string) (output string, err error) {
	file, err := unix.Open("file", unix.O_RDONLY, 0)
	if err != nil {
		return "", err
	}
	folder, err := unix.Open("folder", unix.O_RDONLY, 0)
	if err != nil {
		return "", err
	}
	here := unix.AT_FDCWD
	path, other := [...]byte{'p', 'a', 't', 'h', 0}, [...]byte{'o', 't', 'h', 'e', 'r', 0}
	words := map[string]uintptr{
		"file": uintptr(file), "folder": uintptr(folder), "here": uintptr(here),
		"path": uintptr(unsafe.Pointer(&path)), "other": uintptr(unsafe.Pointer(&other)),
	}
	for _, call := range calls {
		var args [7]uintptr
		for i, word := range strings.Fields(call) {
			value, named := words[word]
			if !named {
				n, _ := strconv.Atoi(word)
				value = uintptr(n)
			}
			args[i] = value
		}
		_, _, no := unix.Syscall6(args[0], args[1], args[2], args[3], args[4], args[5], args[6])
		if no != unix.EPERM {
			output += fmt.Sprintln(call, "got", unix.ErrnoName(no))
		}
	}
	runtime.KeepAlive(&path)
	runtime.KeepAlive(&other)
	return output, nil
}
