package snmp

import (
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gosnmp/gosnmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/test/appliance/snmpd"
)

type one struct {
	N *int64 `oid:"1.3.6.1.4.1.8072.9999.9999.1.0"`
	M *int64 `oid:"1.3.6.1.4.1.8072.9999.9999.2.0"`
}

// TestFaultyAgents checks that each failure has a reason that an administrator understands.
func TestFaultyAgents(t *testing.T) {
	first, second := base+".1.0", base+".2.0"
	table := []struct {
		name   string
		answer answerer
		want   sdk.Reason
	}{
		{"garbage", func(*gosnmp.SnmpPacket) [][]byte { return [][]byte{[]byte("canary <html>")} }, sdk.Malformed},
		{"half an answer", func(r *gosnmp.SnmpPacket) [][]byte {
			whole := says(t, r, numbered(first, 1), numbered(second, 2))[0]
			return [][]byte{whole[:len(whole)/2]}
		}, sdk.Malformed},
		{"no variables", func(r *gosnmp.SnmpPacket) [][]byte { return says(t, r) }, sdk.Malformed},
		{"too few variables", func(r *gosnmp.SnmpPacket) [][]byte {
			return says(t, r, numbered(first, 1))
		}, sdk.Malformed},
		{"other variables", func(r *gosnmp.SnmpPacket) [][]byte {
			return says(t, r, numbered(second, 1), numbered(first, 2))
		}, sdk.Malformed},
		{"a request back", func(r *gosnmp.SnmpPacket) [][]byte {
			return sends(t, gosnmp.SnmpPacket{PDUType: gosnmp.GetRequest, RequestID: r.RequestID,
				Variables: []gosnmp.SnmpPDU{numbered(first, 1), numbered(second, 2)}})
		}, sdk.Malformed},
		{"an answer to something else", func(r *gosnmp.SnmpPacket) [][]byte {
			return sends(t, gosnmp.SnmpPacket{PDUType: gosnmp.GetResponse, RequestID: r.RequestID + 77,
				Variables: r.Variables})
		}, sdk.TimedOut},
		{"general error", func(r *gosnmp.SnmpPacket) [][]byte {
			return complains(t, r, gosnmp.GenErr, 1)
		}, sdk.SourceFailed},
		{"no access", func(r *gosnmp.SnmpPacket) [][]byte {
			return complains(t, r, gosnmp.NoAccess, 1)
		}, sdk.NotPermitted},
		{"always too big", func(r *gosnmp.SnmpPacket) [][]byte { return complains(t, r, gosnmp.TooBig, 0) },
			sdk.SourceFailed},
		{"no such name", func(r *gosnmp.SnmpPacket) [][]byte { return complains(t, r, gosnmp.NoSuchName, 1) },
			sdk.NotOnRelease},
		{"no such name at all", func(r *gosnmp.SnmpPacket) [][]byte { return complains(t, r, gosnmp.NoSuchName, 9) },
			sdk.SourceFailed},
		{"silence", func(*gosnmp.SnmpPacket) [][]byte { return nil }, sdk.TimedOut},
	}
	for _, row := range table {
		settings := responding(t, row.answer)
		a, log := opened(t, settings)
		if row.want == sdk.TimedOut {
			waits(t, a, hasty)
		}
		_, err := Read[one](t.Context(), a)
		if err == nil || sdk.Explain(err) != row.want {
			t.Errorf("%s: got %v, want %q", row.name, err, row.want)
		}
		silentAbout(t, err, log, "canary", "127.0.0.1", settings["address"].(string))
		if err == nil || !strings.HasPrefix(err.Error(), "read "+base) {
			t.Errorf("%s: got %v, want it to say which OID", row.name, err)
		}
	}
}

// If an agent says that a request is too big, the next request is smaller.
func TestAgentsThatAreAskedForLess(t *testing.T) {
	a, _ := opened(t, responding(t, func(r *gosnmp.SnmpPacket) [][]byte {
		switch {
		case len(r.Variables) > 1:
			return complains(t, r, gosnmp.TooBig, 0)
		case r.Variables[0].Name == "."+base+".1.0":
			return says(t, r, gosnmp.SnmpPDU{Name: "." + base + ".1.0", Type: gosnmp.NoSuchObject})
		}
		return says(t, r, numbered(base+".2.0", 2))
	}))
	got, err := Read[one](t.Context(), a)
	if diff := cmp.Diff(one{M: at(int64(2))}, got); diff != "" || err != nil {
		t.Errorf("got %v, (-want +got)\n%s", err, diff)
	}
}

// SEND-5: a silent agent is not queried for ever, but requests that are lost now and then are
// repeated.
func TestASilentAgentIsNotAskedAgain(t *testing.T) {
	var quiet atomic.Bool
	a, _ := opened(t, responding(t, func(r *gosnmp.SnmpPacket) [][]byte {
		if quiet.Load() {
			return nil
		}
		return says(t, r, numbered(base+".1.0", 1), numbered(base+".2.0", 2))
	}))
	want := 0
	for _, silent := range []bool{true, false, true, false, true, true, false, true} {
		quiet.Store(silent)
		waits(t, a, map[bool]time.Duration{true: hasty, false: requestTimeout}[silent])
		_, err := Read[one](t.Context(), a)
		switch over := want == 3*(1+retries)+2+1+retries; {
		case over: // nothing more is sent
		case silent:
			want += 1 + retries
		default:
			want++
		}
		if silent && sdk.Explain(err) != sdk.TimedOut {
			t.Errorf("got %v, want %q", err, sdk.TimedOut)
		}
	}
	if got := a.Requests(); got != want {
		t.Errorf("got %d requests, want %d", got, want)
	}
}

func TestUnreachableAgents(t *testing.T) {
	free, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.LocalAddr().String()
	_ = free.Close()
	_, port, _ := net.SplitHostPort(address)
	community := file(t, 0o600, "canary")
	for address, want := range map[string]sdk.Reason{address: sdk.Refused, "isar..winkel:" + port: sdk.Unresolved} {
		a, log := opened(t, map[string]any{"address": address, "community": community})
		_, err := Read[one](t.Context(), a)
		if sdk.Explain(err) != want {
			t.Errorf("got %v, want %q", err, want)
		}
		silentAbout(t, err, log, "127.0.0.1", "isar", "canary", port)
	}
}

func TestAnAgentByName(t *testing.T) {
	d := daemon(t, snmpd.Config{Objects: samples})
	_, port, _ := net.SplitHostPort(d.Address())
	a, _ := opened(t, with(sources(t, d), "address", "localhost:"+port))
	if _, err := Read[sample](t.Context(), a); err != nil {
		t.Errorf("got %v, want an answer from where agents listen", err)
	}
	for _, found := range [][]string{{"::1", "127.0.0.1"}, {"127.0.0.1", "::1"}, {"::1", "::ffff:127.0.0.1"}} {
		got := preferred([]netip.Addr{netip.MustParseAddr(found[0]), netip.MustParseAddr(found[1])})
		if got.String() != "127.0.0.1" {
			t.Errorf("%v: got %v, want the IPv4 address", found, got)
		}
	}
}
