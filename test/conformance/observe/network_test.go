package observe

import (
	"net"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The peers of a program are seen with network and address.
func TestNetwork(t *testing.T) {
	dir := folder(t)
	tcp, udp, unix := listening(t, dir)
	for _, test := range []struct {
		role string
		args []string
		want []string
	}{
		{"connect", []string{"tcp", tcp}, []string{"connect tcp " + tcp}},
		{"connect", []string{"udp", udp}, []string{"connect udp " + udp}},
		{"connect", []string{"udp6", "[::1]:53"}, []string{"connect udp [::1]:53"}},
		{"connect", []string{"unix", unix}, []string{"connect unix " + unix}},
		{"connect within", []string{dir, "s"}, []string{"connect unix " + unix}},
		{"send", []string{port(udp)}, []string{"connect udp " + udp}},
		{"send messages", []string{port(udp)}, []string{"connect udp " + udp, "connect udp " + udp}},
		{"send many", []string{port(udp)}, []string{"connect udp " + udp, "connect udp 127.0.0.1:9"}},
		{"leave", nil, nil},
		// and dissolves it again
		{"listen", []string{"unix", dir + "/t"}, []string{"listen unix " + dir + "/t", "write " + dir + "/t"}},
		{"listen", []string{"unix", "@abstract of this test"}, []string{"listen unix @abstract of this test"}},
		{"packets", []string{"udp", "127.0.0.1:0"}, []string{"listen udp 127.0.0.1:0"}},
		{"interfaces", nil, []string{"connect netlink route"}},
	} {
		t.Run(test.role, func(t *testing.T) {
			acts, said := watched(t, nil, "/", test.role, test.args...)
			if diff := cmp.Diff(test.want, seen(acts)); diff != "" {
				t.Errorf("want - got +\n%s", diff)
			}
			if said != "done" && !strings.Contains(strings.Join(test.args, " "), "::1") { // not every machine has IPv6
				t.Errorf("got %q want it done", said)
			}
		})
	}
}

// A listener is seen with the port that the kernel chose, even if it listens on all addresses.
func TestListen(t *testing.T) {
	acts, said := watched(t, nil, "/", "listen", "tcp", "127.0.0.1:0")
	if len(acts) != 1 || said != "done" {
		t.Fatalf("got %q %v want one act", said, acts)
	}
	if got := acts[0]; got.Kind != Listen || !strings.HasPrefix(got.Object, "tcp 127.0.0.1:") ||
		strings.HasSuffix(got.Object, ":0") {
		t.Errorf("got %v want the port that it has", got)
	}
}

func listening(t *testing.T, dir string) (tcp, udp, unix string) {
	t.Helper()
	one, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { one.Close() })
	two, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { two.Close() })
	three, err := net.Listen("unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { three.Close() })
	return one.Addr().String(), two.LocalAddr().String(), three.Addr().String()
}

func port(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return port
}
