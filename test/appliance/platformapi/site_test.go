package platformapi_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/test/appliance/platformapi"
)

func TestTheBelievableSiteIsAsDescribed(t *testing.T) {
	want := platformapi.Counts{
		Devices: 312, DevicesActive: 288, DevicesInactive: 8,
		DevicesByState: map[string]int{"ACTIVE": 288, "INACTIVE": 8, "NOT_REGISTERED": 4, "BLOCKED": 4, "QUARANTINED": 4,
			"QUARANTINED_INACTIVE": 4},
		DevicesByModel: map[string]int{
			"RealPresence Group 500": 45, "RealPresence Group 310": 44, "RealPresence Desktop for Windows": 45,
			"RealPresence Trio 8800": 45, "HDX 8000": 44, "VVX 600": 44, "RealPresence Debut": 44,
			"Eigenbau Klinikum Isarwinkel": 1,
		},
		Users: 148, EnterpriseUsers: 4180, EnterpriseRooms: 96, Groups: 11, Rooms: 21, ConferenceRooms: 38,
		Sites: 27, Territories: 3,
		Clusters: 3, Servers: 5, ClustersByStatus: map[string]int{"IN_SERVICE": 2, "BUSIED_OUT": 1},
		MCUs: 4, MCUsByType: map[string]int{"RMX_2000": 2, "RMX_1800": 1, "VIRTUAL_EDITION": 1},
		Gatekeepers: 2, SIPPeers: 3, MicrosoftPeers: 1, SBCs: 1,
		DialRules: 40, DialRulesEnabled: 35,
		DialRulesByAction: map[string]int{
			"RESOLVE_REGISTERED_EP": 5, "RESOLVE_EXT_SIP_PEER": 5, "RESOLVE_IP": 5, "BLOCK": 5, "RESOLVE_SERVICE_PREFIX": 5,
			"RESOLVE_LYNC_ID": 5, "RESOLVE_LYNC_ID_AUTO_ATTENDANT": 5, "RESOLVE_BY_STAND_IN": 5,
		},
		DialPlans: 3, PreliminaryScripts: 8, Queues: 6, QueuesWithOperator: 4,
		HuntGroups: 12, HuntGroupsEnabled: 10, HuntGroupMembers: 36,
		RegistrationPolicies: 2, InboundEntries: 7, OutboundEntries: 5, Conferences: 9, Participants: 60,
		H323Calls: 20, SIPCalls: 60, WebRTCCalls: 5, CallLimit: 1000,
	}
	if diff := cmp.Diff(want, platformapi.Believable().Counts()); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}

func TestSizesAndMembersCanBeChanged(t *testing.T) {
	site := platformapi.Believable().
		WithCount(platformapi.DialRules(0), 5000).
		WithCount("/users", 0).
		WithMember("/mcus", "mcuType", "OTHER").
		WithMember("/config/enterprise-directory/status", "integrationStatus", "DISABLED")
	appliance := start(t, platformapi.Config{Site: &site})
	for path, want := range map[string]float64{platformapi.DialRules(0): 5000, "/users": 0, "/mcus": 4} {
		page := get(t, appliance, path, anything).decoded(t)["plcmPage"].(map[string]any)
		if page["totalSize"] != want {
			t.Errorf("%s: got size %v, want %v", path, page["totalSize"], want)
		}
	}
	status := get(t, appliance, "/config/enterprise-directory/status", anything).decoded(t)
	if status["integrationStatus"] != "DISABLED" {
		t.Errorf("got directory %v, want it disabled", status["integrationStatus"])
	}
	if got := platformapi.Believable().Counts().Users; got != 148 {
		t.Errorf("the original: got %d users, want 148", got)
	}
	if got := site.Counts().MCUsByType["OTHER"]; got != 1 {
		t.Errorf("got %d MCUs of the other type, want 1", got)
	}
}

func TestTheSoftwareVersionIsTheReleases(t *testing.T) {
	for release, want := range map[platformapi.Release]string{
		platformapi.Newest: "10.0.0.1347", platformapi.Older: "6.3.2.214",
	} {
		appliance := start(t, platformapi.Config{Release: release})
		answer := get(t, appliance, "/dma-supercluster", anything).decoded(t)
		cluster := answer["plcmDmaClusterList"].([]any)[0].(map[string]any)
		if got := cluster["softwareVersion"]; got != want {
			t.Errorf("release %s: got version %v, want %s", release, got, want)
		}
	}
}

func TestTheSerialNumberIsAnswered(t *testing.T) {
	appliance := start(t, platformapi.Config{})
	answer := get(t, appliance, "/config/licenses/license-status", anything).decoded(t)
	if got, want := answer["serialNumber"], platformapi.Believable().SerialNumber(); got != want || want == "" {
		t.Errorf("got serial number %v, want %s", got, want)
	}
}
