package sysinfo_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sysinfo"
	"polycom.com/usagedata/test/appliance/processes"
)

// ports returns which of the ports have a listener, by protocol.
func ports(l sysinfo.Listeners, all ...int64) map[string][]int64 {
	found := map[string][]int64{}
	for _, port := range all {
		if l.TCP(port) {
			found["tcp"] = append(found["tcp"], port)
		}
		if l.UDP(port) {
			found["udp"] = append(found["udp"], port)
		}
	}
	return found
}

// CAT-sip_configuration_port: sockets that accept from everyone, over IPv4 or IPv6, are listeners;
// connections are not.
func TestListenersOfAKnownMachine(t *testing.T) {
	got, err := sysinfo.Listening(t.Context(), on(t, "testdata/good"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]int64{"tcp": {5060, 5061}, "udp": {5060}}
	if diff := cmp.Diff(want, ports(got, 5060, 5061, 5068, 8187, 0, -1, 5060+1<<16)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// CAT-sip_configuration_port: real listeners are found while they listen, and not after they are
// closed.
func TestRealListeners(t *testing.T) {
	all := []processes.Address{{Network: "tcp4", Address: "127.0.0.1:0"}, {Network: "udp4", Address: "127.0.0.1:0"},
		{Network: "tcp6", Address: "[::1]:0"}, {Network: "udp6", Address: "[::1]:0"}}
	p, err := processes.Start(processes.Config{Listen: all})
	if err != nil {
		t.Fatal(err)
	}
	at := []int64{p.Port(0), p.Port(1), p.Port(2), p.Port(3)}
	during, err := sysinfo.Listening(t.Context(), on(t, "/"))
	if err != nil {
		t.Error(err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	after, err := sysinfo.Listening(t.Context(), on(t, "/"))
	if err != nil {
		t.Error(err)
	}
	for i, port := range at {
		got, gone := []bool{during.TCP(port), after.TCP(port)}, all[i].Network[:3] == "tcp"
		if !gone {
			got = []bool{during.UDP(port), after.UDP(port)}
		}
		if diff := cmp.Diff([]bool{true, false}, got); diff != "" {
			t.Errorf("%s: while it listens and after (-want +got)\n%s", all[i].Network, diff)
		}
	}
}

// Without IPv6 the kernel lacks its tables. If the IPv4 tables are missing, nothing is known.
func TestTablesThatAreMissing(t *testing.T) {
	const head = "  sl  local_address rem_address   st\n"
	root := t.TempDir()
	write(t, root, "proc/net/tcp", head+" 0: 00000000:13C4 00000000:0000 0A\n")
	if _, err := sysinfo.Listening(t.Context(), on(t, root)); sdk.Explain(err) != sdk.NotFound {
		t.Errorf("no UDP: got %v, want %q", err, sdk.NotFound)
	}
	write(t, root, "proc/net/udp", head)
	got, err := sysinfo.Listening(t.Context(), on(t, root))
	if err != nil || !got.TCP(5060) || got.UDP(5060) {
		t.Errorf("no IPv6: got %v, %v, want TCP on 5060 only", got, err)
	}
	write(t, root, "proc/net/udp6", head+" 0: 0:13C4 00000000:0000 07\n")
	if _, err := sysinfo.Listening(t.Context(), on(t, root)); sdk.Explain(err) != sdk.Malformed {
		t.Errorf("a torn table: got %v, want %q", err, sdk.Malformed)
	}
}
