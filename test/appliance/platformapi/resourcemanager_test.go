package platformapi_test

import (
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/test/appliance/platformapi"
)

// manager plays a Resource Manager, as its public client sees it.
func manager(t *testing.T) *platformapi.Appliance {
	site := platformapi.ResourceManager()
	return start(t, platformapi.Config{Site: &site, Names: platformapi.KebabCase})
}

func TestTheResourceManagerIsAsDescribed(t *testing.T) {
	want := platformapi.Counts{
		Devices: 312, DevicesActive: 288, DevicesInactive: 8,
		DevicesByModel: platformapi.Believable().Counts().DevicesByModel,
		Users:          1284, Groups: 23, Rooms: 64, Conferences: 6, Participants: 35,
		DevicesByState:   platformapi.Believable().Counts().DevicesByState,
		ClustersByStatus: map[string]int{}, MCUsByType: map[string]int{}, DialRulesByAction: map[string]int{},
	}
	if diff := cmp.Diff(want, platformapi.ResourceManager().Counts()); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}

func TestAResourceManagerHasItsOwnResourcesOnly(t *testing.T) {
	appliance := manager(t)
	var found []string
	for _, path := range platformapi.Believable().Paths() {
		switch got := get(t, appliance, path, anything); got.status {
		case 200:
			found = append(found, path)
		case 404:
		default:
			t.Errorf("%s: got %d, want 200 or 404", path, got.status)
		}
	}
	want := []string{"/conferences", "/config/enterprise-directory/status", "/config/licenses/license-status", "/devices",
		"/groups", "/rooms", "/users"}
	if !slices.Equal(found, want) {
		t.Errorf("got resources %v, want %v", found, want)
	}
}

// everyManaged reads all pages of the Resource Manager and calls see with every value.
func everyManaged(t *testing.T, see func(member string, value any)) {
	t.Helper()
	appliance := manager(t)
	for path, pages := range map[string]int{"/conferences": 1, "/config/enterprise-directory/status": 1,
		"/config/licenses/license-status": 1, "/devices": 4, "/groups": 1, "/rooms": 1, "/users": 13} {
		for page := range pages {
			walk("", get(t, appliance, fmt.Sprintf("%s?page=%d", path, page+1), anything).decoded(t), see)
		}
	}
}

func TestWhatAResourceManagerKeepsToItselfHoldsACanary(t *testing.T) {
	canaries := platformapi.ResourceManager().Canaries()
	secret := regexp.MustCompile(`(password|passcode|realm|community|token|description|alias|message)$`)
	seen := map[string]bool{}
	everyManaged(t, func(member string, value any) {
		text, isText := value.(string)
		if !isText || !secret.MatchString(member) {
			return
		}
		seen[text] = true
		if _, ok := slices.BinarySearch(canaries, text); !ok {
			t.Errorf("%s: got %q, want a canary", member, text)
		}
	})
	if len(seen) != len(canaries) || len(seen) < 312 {
		t.Errorf("got %d of the %d canaries in such members", len(seen), len(canaries))
	}
}

// managedWords are harmless, and this product's only.
var managedWords = []string{
	"RM-8K31774250D1EB", // serial number, sent in clear
	"INTEGRATED_WO_ENCRYPTION", "MANAGED_ENDPOINTS", "MULTI_TENANCY", "HIGH_AVAILABILITY",
}

func TestEveryStringOfAResourceManagerIsKnown(t *testing.T) {
	identifiers := platformapi.ResourceManager().Identifiers()
	everyManaged(t, func(member string, value any) {
		found, ok := value.(string)
		if !ok {
			return
		}
		_, identifying := slices.BinarySearch(identifiers, found)
		innocent := slices.Contains(harmless, found) || slices.Contains(managedWords, found) || date.MatchString(found)
		if identifying == innocent {
			t.Errorf("%s: %q: got identifying %t and harmless %t, want one of them", member, found, identifying, innocent)
		}
	})
}
