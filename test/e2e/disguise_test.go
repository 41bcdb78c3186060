package e2e

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/test/stage"
)

// disguised holds values for fields that are meant for something else, by category and field.
type disguised map[string]map[string][]any

// parrot returns a [stage.Stage] whose plugin sends these values.
func parrot(t *testing.T, plan stage.Plan, version string, values disguised) *stage.Stage {
	t.Helper()
	build(t, cmp.Or(plan.Bin, bin), "parrot")
	text, err := json.Marshal(map[string]any{"Version": version, "Categories": values})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "words.json")
	write(t, file, string(text))
	plan.Product, plan.Sources = "parrot", fmt.Sprintf("  words: {file: %s}\n", file)
	return set(t, plan)
}

// light returns a [stage.Stage] of a product that answers at once, and on which sending is allowed.
func light(t *testing.T, programs string) *stage.Stage {
	t.Helper()
	s := parrot(t, stage.Plan{Bin: programs}, "1.0.0", disguised{"kept": {"counts": {12, 4711, 90210}}})
	allow(t, s)
	return s
}

const kassel = "kassel-dma01.nordwerk.example"

// ownName returns the name that the machine gets for a test. Only root can set it; otherwise it is
// empty, and the machine keeps its name.
func ownName() string {
	if os.Geteuid() == 0 {
		return kassel
	}
	return ""
}

// own returns this machine's address and hardware address, or those reserved for documentation if
// it has none.
func own(t *testing.T) (address net.IP, mac string) {
	t.Helper()
	links, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	address, mac = net.IPv4(192, 0, 2, 13), "00:00:5e:00:53:9a"
	for _, link := range links {
		addresses, _ := link.Addrs()
		for _, a := range addresses {
			if ip, _, err := net.ParseCIDR(a.String()); err == nil && ip.To4() != nil && !ip.IsLoopback() &&
				len(link.HardwareAddr) == 6 {
				address, mac = ip.To4(), link.HardwareAddr.String()
			}
		}
	}
	return address, mac
}

// The machine is called kassel-dma01.nordwerk.example, if the test may rename it, and its zone is 45
// minutes off the hours of UTC.
//
// ANON-1, P1–P10: a product may report anything in any field. No identifier of the customer is in
// the bytes that the collection point receives, in the waiting documents, in the journal or in the
// log; values that are not identifiers are still sent.
func TestNothingPassesInDisguise(t *testing.T) {
	t.Parallel()
	address, mac := own(t)
	number := int64(binary.BigEndian.Uint32(address.To4()))
	status := "FAILED: lic01.nordwerk.example (10.47.3.19:3333) unreachable, user hjoergensen"
	p6 := []any{"10.83.201.44", "193.99.144.80", "100.64.7.9", "1.0-10.83.201.44", "172.31.4.5-hotfix2",
		"1.0 (Anna Weber)", "1.0-nordwerk", "2.0_tfaulhabe", "0561.98765432", "00.10.db.7c.41.9e"}
	p7 := []any{"1.6.14_rel/129", "15.3(3)JC9$", "7.9.2 LNT", "25.0/2.0", "RMX_8.7.4.338", "10.5.0 (71_169110)",
		"2.5.0.8_ne-4035"}
	p5 := []any{address.String() + "470", "6.4.0.1780", "6.4.0-beta1"}
	p9 := []any{"nordwerk", "kasseldma01", "kassel_dma01"}
	p := hour(t, parrot(t, stage.Plan{Named: ownName(), Zone: "Asia/Kathmandu"}, "10.83.201.44", disguised{
		"license_information": {
			"serials": slices.Concat([]any{"8L200353429AFC", "ldap1.example.com", "SN-ldap1",
				"534e2d6c64617031", "10.47.3.19", "Anna Weber", status}, p9),
			"licenses": slices.Concat([]any{"RPRM_BASE 500", status, "ldap1", "Anna Weber"}, p9),
		},
		"kept": {
			"versions": slices.Concat(p6, p7, p5, []any{"1.0-kassel", "ldap1"}),
			"releases": []any{"6.4.0.178", "10.83.201.44", "6.4.0.99"},
			"states":   []any{status, "connected"},
			"moments":  []any{"2026-11-02T10:00:00+05:45 (Asia/Kathmandu)", "2026-11-02T10:00:00+05:45"},
			"days":     []any{"2026-11-02 in Kassel", "2026-11-02"},
			"counts":   []any{4956198765432, number, 12},
			"loads":    []any{float64(number) + 0.5, -float64(number), 12.5},
			"notes":    []any{status, "license of lic01.nordwerk.example not found"},
		},
		"named": {
			"hosts": []any{"ldap1.example.com", "ldap1"}, "devices": []any{mac, "Anna Weber"},
			"phones": []any{"+4956198765432"}, "systems": []any{"beta", "178", "6.4", "hjoergensen"},
		},
	}))
	p.wantNone(t, []string{
		"lic01", "nordwerk", "10.47.3.19", "hjoergensen", "Kathmandu", mac, "ldap1", "534e2d6c64617031",
		"Anna", "Weber",
		"10.83.201.44", "193.99.144.80", "100.64.7.9", "172.31.4.5",
		"tfaulhabe", "98765432", "00.10.db", "kassel", fmt.Sprint(number),
	})
	got := p.categories(t)
	for field, value := range got["named"] {
		if !strings.HasPrefix(fmt.Sprint(value), "["+strings.TrimSuffix(field, "s")) && field != "hosts" {
			t.Errorf("named.%s: got %v, want pseudonyms", field, value)
		}
	}
	delete(got, "named")
	delete(got["kept"], "notes")
	want := map[string]map[string]any{
		"license_information": {"serials": []any{"8L200353429AFC"}, "licenses": []any{"RPRM_BASE 500"}},
		"kept": {
			"versions": slices.Concat(p7, p5), "releases": []any{"6.4.0.178"}, "states": []any{"other", "connected"},
			"moments": []any{"2026-11-02T04:15:00Z"}, "days": []any{"2026-11-02"},
			"counts": []any{12.0}, "loads": []any{12.5},
		},
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("categories (-want +got)\n%s", diff)
	}
	if strings.Contains(string(p.document.Body), "+05:45") {
		t.Error("P8: the document says in which zone the appliance is")
	}
	if plugin := `"plugin": "other"`; !strings.Contains(string(p.document.Body), plugin) {
		t.Errorf("got a document without %s", plugin)
	}
}
