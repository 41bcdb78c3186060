package gate

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/dns/dnsmessage"
	"golang.org/x/sys/unix"

	"polycom.com/usagedata/test/nameserver"
)

// insideVariable holds the name of a case, in the environment of a process with its own namespaces.
const insideVariable = "USAGEDATA_TEST_NAMES"

// surroundings are the files that control name lookups, and the name servers.
type surroundings struct {
	resolv   string // resolv.conf; the zero value has 127.0.0.1
	nsswitch string
	hosts    string
	servers  map[string]behavior // by the address on which they listen
	host     string              // the name; the zero value is the collection point's
	want     []string
	unlike   string // why glibc answers differently
	glibc    []string
}

type behavior = func(network string, q dnsmessage.Question) nameserver.Answer

func changed(a nameserver.Answer, change func(*dnsmessage.Message)) behavior {
	a.Change = change
	return always(a)
}

// withOPT answers a message that has an OPT record differently from one without.
func withOPT(has, hasNot nameserver.Answer) behavior {
	hasNot.ToOPT = &has
	return always(hasNot)
}

func byFamily(four, six nameserver.Answer) behavior {
	return func(_ string, q dnsmessage.Question) nameserver.Answer {
		if q.Type == dnsmessage.TypeAAAA {
			return six
		}
		return four
	}
}

// one returns a single name server at 127.0.0.1.
func one(b behavior) map[string]behavior { return map[string]behavior{"127.0.0.1": b} }

func two(first, second behavior) map[string]behavior {
	return map[string]behavior{"127.0.0.1": first, "127.0.0.2": second}
}

const (
	quick    = "options timeout:1 attempts:1\n"
	oneOfTwo = "nameserver 127.0.0.1\nnameserver 127.0.0.2\n" + quick
)

var (
	malformed = nameserver.Answer{RCode: dnsmessage.RCodeFormatError}
)

func many(n int) (all []netip.Addr) {
	for i := range n {
		all = append(all, netip.AddrFrom4([4]byte{192, 0, byte(2 + i/200), byte(i%200 + 1)}))
	}
	return all
}

func texts(addresses []netip.Addr) (all []string) {
	for _, a := range addresses {
		all = append(all, a.String())
	}
	return all
}

// fill answers with n addresses, and in a datagram with as many as fit into 512 bytes.
func fill(n int) behavior {
	return func(network string, _ dnsmessage.Question) nameserver.Answer {
		if network == "tcp" {
			return nameserver.Answer{Addresses: many(n)}
		}
		return nameserver.Answer{Addresses: many(20), Change: func(m *dnsmessage.Message) { m.Truncated = true }}
	}
}

var places = map[string]surroundings{
	// S11: name servers that do not know EDNS0.
	"FORMERR to an OPT record": {servers: one(withOPT(malformed, known)), want: both},
	"drops an OPT record":      {servers: one(withOPT(silent, known)), want: both},

	// Possible answers of a name server.
	"answers":          {servers: one(always(known)), want: both},
	"IPv4 only":        {servers: one(byFamily(known, nameserver.Answer{})), want: both[:1]},
	"SERVFAIL":         {servers: one(always(failing))},
	"NXDOMAIN":         {servers: one(always(unknown))},
	"no address":       {servers: one(always(nameserver.Answer{}))},
	"silence":          {servers: one(always(silent))},
	"nobody listens":   {},
	"drops AAAA":       {servers: one(byFamily(known, silent)), want: both[:1]},
	"SERVFAIL to AAAA": {servers: one(byFamily(known, failing)), want: both[:1]},
	"does not fit":     {servers: one(fill(40)), want: texts(many(40))},
	"another id":       {servers: one(changed(known, func(m *dnsmessage.Message) { m.ID++ }))},
	"another id first": {
		servers: one(always(nameserver.Answer{Addresses: known.Addresses, Strays: 2})), want: both},

	// Several name servers.
	"the second answers after silence": {resolv: oneOfTwo,
		servers: two(always(silent), always(known)), want: both},
	"the second answers after SERVFAIL": {resolv: oneOfTwo,
		servers: two(always(failing), always(known)), want: both},
	"the second answers after FORMERR": {resolv: oneOfTwo,
		servers: two(always(malformed), always(known)), want: both,
		unlike: "the question is right: the fault is the server's, as with NOTIMP"},
	"the second is not asked after NXDOMAIN": {resolv: oneOfTwo, servers: two(always(unknown), always(known))},
	"the second answers, no server is running at the first": {resolv: oneOfTwo,
		servers: map[string]behavior{"127.0.0.2": always(known)}, want: both},

	"many attempts": {resolv: "nameserver 127.0.0.1\noptions attempts:1000\n", servers: one(always(refusing))},
	"more than any honest answer has": {servers: one(fill(300)), glibc: texts(many(300)),
		unlike: "each byte is the hour's"},

	// Possible contents of resolv.conf.
	"empty": {resolv: "\n", servers: one(always(known)), want: both},
	"IPv6":  {resolv: "nameserver ::1\n", servers: map[string]behavior{"::1": always(known)}, want: both},
	"options edns0": {resolv: "nameserver 127.0.0.1\noptions edns0 trust-ad\n",
		servers: one(withOPT(malformed, known)),
		want:    both, unlike: "we never send an OPT record"},
	"search domains are not asked for": {resolv: "nameserver 127.0.0.1\nsearch corp.example\n",
		servers: one(only(name+".corp.example.", known))},
	"search domains of a bare name": {resolv: "nameserver 127.0.0.1\nsearch corp.example\n", host: "proxy",
		servers: one(only("proxy.corp.example.", known)), want: both},

	// hosts and nsswitch.conf.
	"hosts": {hosts: "192.0.2.9 " + strings.ToUpper(name) + "\n",
		servers: one(always(known)), want: []string{"192.0.2.9"}},
	"hosts is not asked": {hosts: "192.0.2.9 " + name + "\n", nsswitch: "hosts: dns\n",
		servers: one(always(known)), want: both},
	"only hosts": {nsswitch: "hosts: files\n", servers: one(always(known))},
}

func only(asked string, a nameserver.Answer) behavior {
	return func(_ string, q dnsmessage.Question) nameserver.Answer {
		if q.Name.String() == asked {
			return a
		}
		return unknown
	}
}

// S11: names are looked up as glibc does it. Each case runs in a process with its own network and
// files, and is looked up by the gate and by getent, which asks glibc.
func TestLookupIsAsInGlibc(t *testing.T) {
	if what, inside := os.LookupEnv(insideVariable); inside {
		compare(t, places[what])
		return
	}
	for what := range places {
		t.Run(what, func(t *testing.T) {
			t.Parallel() // some wait for servers that are silent
			again(t, "TestLookupIsAsInGlibc", what)
		})
	}
}

// again runs a test once more, in a process with its own namespaces.
func again(t *testing.T, test, what string) {
	t.Helper()
	c := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.run=^"+test+"$")
	c.Env = append(os.Environ(), insideVariable+"="+what)
	c.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  unix.CLONE_NEWNET | unix.CLONE_NEWNS | unix.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
	}
	if said, err := c.CombinedOutput(); err != nil {
		t.Errorf("got %v\n%s", err, said)
	}
}

// DNS-1: however much time resolv.conf gives to silent local servers, some is left for the
// fallback.
func TestSilentServersLeaveTimeForTheFallback(t *testing.T) {
	if _, inside := os.LookupEnv(insideVariable); !inside {
		again(t, "TestSilentServersLeaveTimeForTheFallback", "")
		return
	}
	surroundings{resolv: "nameserver 192.0.2.1\noptions timeout:30 attempts:5\n"}.enter(t)
	path := budgetPath(t)
	synctest.Test(t, func(t *testing.T) {
		w := &nameServers{world: newWorld(t, "13:30:00", path)}
		w.Fallback = Fallback{Name: name, Server: netip.MustParseAddr(public),
			Report: func(a FallbackResult) { w.reported = append(w.reported, a) }}
		w.pipeTo(func(peer net.Conn) { _, _ = io.Copy(io.Discard, peer) })
		from := time.Now()
		_, err := w.resolve(t.Context(), name)
		if took := time.Since(from); err == nil || took > time.Minute || len(w.reported) != 1 {
			t.Errorf("got %v after %v, and of the fallback %v, want it asked within a minute", err, took, w.reported)
		}
	})
}

// compare looks the name up both ways.
func compare(t *testing.T, s surroundings) {
	s.enter(t)
	var servers []*nameserver.Server
	var asked int
	for address, answer := range s.servers {
		server, err := nameserver.StartAt(net.JoinHostPort(address, "53"), answer)
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		servers = append(servers, server)
	}
	host := s.host
	if host == "" {
		host = name
	}
	ours, err := newWorld(t, "13:30:00", budgetPath(t)).resolve(t.Context(), host)
	for _, server := range servers {
		asked += len(server.Asked())
	}
	if asked > 3*5*2 {
		t.Errorf("gate: got %d questions, want no more than glibc asks three servers five times", asked)
	}
	if slices.Sort(ours); !cmp.Equal(sorted(s.want), ours) {
		t.Errorf("gate: got %v and %v, want %v", ours, err, s.want)
	}
	if strings.Contains(s.resolv, "search") && s.host == "" {
		host = fullyQualified(host) // glibc would go on with the search domains
	}
	theirs := getent(t, host)
	if s.unlike != "" {
		s.want = s.glibc
	}
	if !cmp.Equal(sorted(s.want), theirs) {
		t.Errorf("glibc: got %v, want %v", theirs, s.want)
	}
}

func sorted(all []string) []string { return slices.Sorted(slices.Values(all)) }

func getent(t *testing.T, host string) []string {
	t.Helper()
	said, err := exec.CommandContext(t.Context(), "getent", "-A", "ahosts", host).Output()
	if failed := (*exec.ExitError)(nil); err != nil && (!errors.As(err, &failed) || failed.ExitCode() != 2) {
		t.Fatalf("getent: %v", err)
	}
	var found []string
	for line := range strings.Lines(string(said)) {
		found = append(found, strings.Fields(line)[0])
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// enter puts the files in place, for this process and its children only, and brings loopback up.
func (s surroundings) enter(t *testing.T) {
	t.Helper()
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		t.Fatal(err)
	}
	if s.resolv == "" {
		s.resolv = "nameserver 127.0.0.1\n" + quick
	}
	if s.nsswitch == "" {
		s.nsswitch = "hosts: files dns\n"
	}
	for path, text := range map[string]string{"/etc/resolv.conf": s.resolv, "/etc/nsswitch.conf": s.nsswitch,
		"/etc/hosts": s.hosts} {
		from := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(from, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := unix.Mount(from, path, "", unix.MS_BIND, ""); err != nil {
			t.Fatal(fmt.Errorf("put a file at %s: %w", path, err))
		}
	}
	if err := loopbackUp(); err != nil {
		t.Fatalf("bring loopback up: %v", err)
	}
}

func loopbackUp() error {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(socket)
	request, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	request.SetUint16(unix.IFF_UP)
	return unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, request)
}
