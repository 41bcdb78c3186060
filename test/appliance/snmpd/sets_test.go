package snmpd_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk/source/snmp"
	"polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/appliance/snmpd"
)

type cluster struct {
	Status *int64 `oid:"3"`
}

type conferences struct {
	Active       *int64 `oid:"3"`
	Participants *int64 `oid:"4"`
	Users        *int64 `oid:"9"`
	Rooms        *int64 `oid:"10"`
}

type licensed struct {
	Calls *int64 `oid:"4"`
	Now   *int64 `oid:"5"`
}

type registrations struct {
	Active   *int64 `oid:"3"`
	Inactive *int64 `oid:"4"`
}

// CAT-*: by SNMP the site is as large as by the Platform API.
func TestTheDMAIsThePlatformAPIs(t *testing.T) {
	_, agent := start(t, snmpd.Config{Objects: snmpd.DMA()})
	want := platformapi.Believable().Counts()
	got := map[string]int{}
	for _, c := range rows[cluster](t, agent, ".2.3.2.1") {
		got[map[int64]string{1: "IN_SERVICE", 2: "BUSIED_OUT"}[*c.Status]]++
	}
	if diff := cmp.Diff(want.ClustersByStatus, got); diff != "" {
		t.Errorf("clusters (-want +got)\n%s", diff)
	}
	for _, c := range rows[conferences](t, agent, ".3.2.1.2.1") {
		got["conferences"] += int(*c.Active)
		got["participants"] += int(*c.Participants)
		got["users"] += int(*c.Users)
		got["rooms"] += int(*c.Rooms)
	}
	for _, l := range rows[licensed](t, agent, ".2.3.3.1") {
		got["licensed"] += int(*l.Calls)
		got["calls"] += int(*l.Now)
	}
	for _, r := range rows[registrations](t, agent, ".3.3.1.2.1") {
		got["active"] += int(*r.Active)
		got["inactive"] += int(*r.Inactive)
	}
	if diff := cmp.Diff(map[string]int{
		"IN_SERVICE": 2, "BUSIED_OUT": 1,
		"conferences": want.Conferences, "participants": want.Participants, "users": want.Users, "rooms": want.Rooms,
		"licensed": want.CallLimit, "calls": want.H323Calls + want.SIPCalls + want.WebRTCCalls,
		"active": want.DevicesActive, "inactive": want.DevicesInactive,
	}, got); diff != "" {
		t.Errorf("sums (-want +got)\n%s", diff)
	}
}

func rows[T any](t *testing.T, agent *snmp.Agent, entry string) []T {
	t.Helper()
	all, err := snmp.Rows[T](t.Context(), agent, snmpd.DMAPrefix+entry)
	if err != nil {
		t.Errorf("%s: %v", entry, err)
	}
	return all
}

type server struct {
	Total *int64 `oid:"3"`
	Used  *int64 `oid:"4"`
}

// No more is used than there is.
func TestServersAddUp(t *testing.T) {
	_, agent := start(t, snmpd.Config{Objects: snmpd.DMA()})
	for _, entry := range []string{".2.4.2.1", ".2.4.3.1", ".2.4.4.1", ".2.4.5.1"} {
		servers := rows[server](t, agent, entry)
		if len(servers) != platformapi.Believable().Counts().Servers {
			t.Errorf("%s: got %d servers, want those of the Platform API", entry, len(servers))
		}
		for i, s := range servers {
			if *s.Used > *s.Total {
				t.Errorf("%s, server %d: got %d used of %d", entry, i+1, *s.Used, *s.Total)
			}
		}
	}
}

type topology struct {
	Calls     *int64 `oid:"3"`
	Used      *int64 `oid:"4"`
	Bandwidth *int64 `oid:"5"`
	BitRate   *int64 `oid:"6"`
	Loss      *int64 `oid:"7"`
	Jitter    *int64 `oid:"8"`
	Delay     *int64 `oid:"9"`
}

// SEND-5: the sites of a large customer are read in all their columns within the requests of a cycle.
func TestSitesOfAResourceManager(t *testing.T) {
	for n, most := range map[int]int{27: 3, 2000: 150, snmp.MaxRows: 190} {
		_, agent := start(t, snmpd.Config{Objects: snmpd.ResourceManagerWithSites(n)})
		sites, err := snmp.Rows[topology](t.Context(), agent, snmpd.ResourceManagerPrefix+".14.4.1")
		if err != nil || len(sites) != n || agent.Requests() > most {
			t.Fatalf("got %d sites in %d requests, %v, want %d in at most %d", len(sites), agent.Requests(), err, n, most)
		}
		calls := int64(0)
		for _, s := range sites[:27] {
			calls += *s.Calls
		}
		if calls != 66 {
			t.Errorf("got %d calls in the first 27 sites, want 66", calls)
		}
	}
}

type manager struct {
	Licenses *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.20.1.0"`
	Used     *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.20.2.0"`
	Video    *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.24.1.0"`
	Sites    *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.14.3.0"`
}

func TestAResourceManager(t *testing.T) {
	_, agent := start(t, snmpd.Config{V3: true, Objects: snmpd.ResourceManager()})
	got, err := snmp.Read[manager](t.Context(), agent)
	counts := platformapi.Believable().Counts()
	want := manager{at(5000), at(1873), at(int64(counts.Devices)), at(int64(counts.Sites))}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("got %v, (-want +got)\n%s", err, diff)
	}
}

type rmx struct {
	Software    string `oid:"1.3.6.1.4.1.13885.110.1.1.1.0"`
	Type        string `oid:"1.3.6.1.4.1.13885.110.1.1.3.0"`
	Status      *int64 `oid:"1.3.6.1.4.1.13885.110.1.1.6.0"`
	Conferences *int64 `oid:"1.3.6.1.4.1.13885.110.1.5.1.0"`
}

func TestAnRMX(t *testing.T) {
	_, agent := start(t, snmpd.Config{Objects: snmpd.RMX()})
	got, err := snmp.Read[rmx](t.Context(), agent)
	want := rmx{"Polycom RealPresence Collaboration Server 8.8.1.3201", "SOFT_MCU_EDGE", at(2), at(4)}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("got %v, (-want +got)\n%s", err, diff)
	}
}

// ANON-1: a text in a set is an identifier, or known to be harmless.
func TestEveryTextIsAnIdentifierOrHarmless(t *testing.T) {
	harmless := []string{"Polycom RealPresence Collaboration Server 8.8.1.3201", "2018-05-17", "SOFT_MCU_EDGE",
		snmpd.RMXSerial}
	identifiers := snmpd.Identifiers()
	for _, set := range [][]snmpd.Object{snmpd.DMA(), snmpd.ResourceManager(), snmpd.RMX()} {
		for _, o := range set {
			if o.Type == snmpd.Text && slices.Contains(identifiers, o.Value) == slices.Contains(harmless, o.Value) {
				t.Errorf("%s: got %q, want an identifier or something harmless", o.OID, o.Value)
			}
		}
	}
	for _, identifier := range identifiers {
		if utf8.RuneCountInString(identifier) < 6 || strings.Contains(strings.Join(harmless, " "), identifier) {
			t.Errorf("got identifier %q, want none that turns up by chance", identifier)
		}
	}
	for _, want := range []string{"dma-isar-toelz", "dma-isar-fuessen-2.klinikum-isarwinkel.example", "Klinik Bad Tölz",
		"Jürgen Schönfelder"} {
		if !slices.Contains(identifiers, want) {
			t.Errorf("got no identifier %q, want it", want)
		}
	}
}
