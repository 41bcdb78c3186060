package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/plugins/internal/platformapi"
	export "polycom.com/usagedata/test/appliance/networkusage"
	api "polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/omitted"
)

// CAT-*: the numbers of a known site are correct.
func TestKnownFacts(t *testing.T) {
	t.Parallel()
	site := api.Believable()
	for _, names := range []api.Names{api.CamelCase, api.KebabCase} {
		a := whole(t, api.Config{Names: names})
		got := collect(t, a.on(t))
		omitted.Want(t, got, nil)
		for category, want := range knownFacts(site, site.Counts(), a.export.Facts(period().Start, period().End)) {
			if diff := cmp.Diff(want, got.Values[category]); diff != "" {
				t.Errorf("%s: (-want +got)\n%s", category, diff)
			}
		}
	}
}

// knownFacts returns the expected categories, computed from the facts of the simulated site.
func knownFacts(site api.Site, facts api.Counts, usage export.Facts) map[string]map[string]any {
	return map[string]map[string]any{
		"license_information": {
			"serial_number": site.SerialNumber(), "host_id": "00:e0:db:4c:43:84",
			"host":             "dma-isar-toelz-1.klinikum-isarwinkel.example",
			"licensing_status": "valid", "connection_status": "connect_success",
			"last_success": "2026-02-28T22:10:00Z", "licensed_calls": int64(1000), "burst_available": true,
			"burst_enabled": false,
			"features": []any{
				licensed("CONCURRENT_CALLS", 1000, "2027-03-31T21:59:59Z"),
				licensed("HIGH_SECURITY", 0, ""), licensed("SHARED_NUMBER_DIALING", 0, ""),
			},
			"from_snmp": []any{},
		},
		"system_configuration": {
			"clusters": int64(facts.Clusters), "servers": int64(facts.Servers), "software_version": "10.0.0.1347",
			"clusters_by_status": keyed(facts.ClustersByStatus, strings.ToLower),
			"host":               "dma-isar-toelz-1",
			"members": []any{
				member("dma-isar-toelz", "in_service", 2), member("dma-isar-fuessen", "in_service", 2),
				member("dma-isar-traunstein", "busied_out", 1),
			},
			"from_snmp": []any{},
		},
		"counts": {
			"users_local": int64(facts.Users), "users_enterprise": int64(facts.EnterpriseUsers),
			"conference_rooms": int64(facts.ConferenceRooms), "sites": int64(facts.Sites),
			"territories": int64(facts.Territories),
			"endpoints":   int64(312), "endpoints_active": int64(facts.DevicesActive),
			"endpoints_inactive": int64(facts.DevicesInactive),
			"endpoints_by_model": keyed(facts.DevicesByModel, family),
			"mcus":               int64(facts.MCUs), "mcus_by_type": keyed(facts.MCUsByType, strings.ToLower),
			"external_gatekeepers": int64(facts.Gatekeepers), "sip_peers": int64(facts.SIPPeers),
			"sbcs": int64(facts.SBCs), "from_snmp": []any{},
		},
		"statistics": {
			"registrations_active": int64(facts.DevicesActive), "registrations_inactive": int64(facts.DevicesInactive),
			"registrations_by_state": keyed(facts.DevicesByState, strings.ToLower),
			"calls_active_by_signaling": map[string]any{
				"h323": int64(facts.H323Calls), "sip": int64(facts.SIPCalls), "webrtc": int64(facts.WebRTCCalls),
			},
			"call_limit": int64(facts.CallLimit), "conferences_active": int64(facts.Conferences),
			"calls_active":        int64(facts.H323Calls + facts.SIPCalls + facts.WebRTCCalls),
			"participants_active": int64(facts.Participants),
			"video_ports_total":   int64(240), "video_ports_used": int64(52), "voice_ports_total": int64(120),
			"voice_ports_used": int64(8), "from_snmp": []any{"calls_active"},
			"network_usage": knownUsage(usage),
		},
		"feature_configuration": knownFeatures(facts),
		"security_settings": {
			"mode": "custom", "console_access": true, "ssh_access": false, "access_whitelist": true,
			"skip_certificate_validation": false, "tls_versions": []any{"tlsv1.2"}, "snmp_version": "v3",
			"signaling_ciphers":   []any{"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_RSA_WITH_AES_128_CBC_SHA"},
			"management_ciphers":  []any{"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
			"password_min_length": int64(12), "password_max_age": 90 * 86400.0, "password_history": int64(10),
		},
		"registration_policy": {
			"policies":            int64(facts.RegistrationPolicies),
			"compliant_action":    map[string]any{"allow": int64(2)},
			"noncompliant_action": map[string]any{"quarantine": int64(1), "block": int64(1)},
			"allow_siteless":      int64(1), "include_changed_devices": int64(2), "delete_inactive": int64(1),
			"inactive_days_min": int64(30),
		},
		"device_authentication": {
			"proxy_authentication": true, "default_realm": false, "valid_time": 3600.0,
			"inbound_entries": int64(facts.InboundEntries), "outbound_entries": int64(facts.OutboundEntries),
		},
	}
}

func knownFeatures(facts api.Counts) map[string]any {
	return map[string]any{
		"enterprise_directory": map[string]any{
			"integration_status": "integrated", "connected": true, "refresh_duration": 74.0,
			"total_users": int64(facts.EnterpriseUsers), "total_rooms": int64(facts.EnterpriseRooms),
			"orphaned_users": int64(5), "orphaned_groups": int64(1), "conference_room_errors": int64(2),
			"cache_status": "loaded", "last_refresh": "2026-03-01T02:00:00Z", "blank_chairperson_codes": int64(3),
			"blank_conference_codes": int64(4), "duplicate_passcodes": int64(6),
		},
		"lync": map[string]any{
			"enabled": true, "sip_peers": int64(facts.MicrosoftPeers),
			"dial_rules": int64(facts.DialRulesByAction["RESOLVE_LYNC_ID"] +
				facts.DialRulesByAction["RESOLVE_LYNC_ID_AUTO_ATTENDANT"]),
		},
		"dial_rules": map[string]any{
			"total": int64(facts.DialRules), "enabled": int64(facts.DialRulesEnabled),
			"dial_plans":          int64(facts.DialPlans),
			"by_action":           keyed(facts.DialRulesByAction, strings.ToLower),
			"preliminary_scripts": int64(facts.PreliminaryScripts),
		},
		"shared_number_dialing": map[string]any{
			"queues": int64(facts.Queues), "direct_dial_queue": true, "external_ivr": int64(2),
			"with_operator": int64(facts.QueuesWithOperator), "max_vmr_attempts": int64(4),
			"response_timeout_min": 10.0, "response_timeout_max": 35.0,
		},
		"hunt_groups": map[string]any{
			"total": int64(facts.HuntGroups), "enabled": int64(facts.HuntGroupsEnabled),
			"members":               int64(facts.HuntGroupMembers),
			"no_answer_timeout_min": 15.0, "no_answer_timeout_max": 30.0, "no_answer_timeout_mean": 22.0,
		},
	}
}

func knownUsage(f export.Facts) map[string]any {
	events := func(e export.Events) map[string]any {
		return map[string]any{
			"calls_started": int64(e.Started), "calls_ended": int64(e.Ended), "calls_dropped": int64(e.Dropped),
			"calls_downspeeded": int64(e.Downspeeded),
		}
	}
	quality := func(q export.Quality) map[string]any { return map[string]any{"mean": q.Mean, "max": q.Max} }
	return map[string]any{
		"rows": int64(f.Rows), "rows_unreadable": int64(0), "files_unread": int64(0),
		"rows_repeated": int64(0), "minutes": int64(f.Minutes),
		"scopes":     int64(f.Scopes),
		"all_scopes": events(f.All), "busiest_scope": events(f.Busiest),
		"peak_gold_calls": int64(f.Peaks.Gold), "peak_silver_calls": int64(f.Peaks.Silver),
		"peak_bronze_calls": int64(f.Peaks.Bronze), "peak_audio_calls": int64(f.Peaks.Audio),
		"peak_calls_by_bandwidth": keyed(f.ByBandwidth, strings.ToLower),
		"peak_bandwidth_used":     float64(f.BandwidthUsed), "peak_bandwidth_percent": float64(f.BandwidthPercent),
		"packet_loss":  quality(f.PacketLoss),
		"video_jitter": quality(f.VideoJitter), "video_delay": quality(f.VideoDelay),
		"audio_jitter": quality(f.AudioJitter), "audio_delay": quality(f.AudioDelay),
	}
}

func licensed(name string, count int64, ends string) map[string]any {
	feature := map[string]any{
		"name": name, "counted": count > 0, "count": count, "perpetual": ends == "",
		"borrow_start": "2025-03-31T22:00:00Z",
	}
	if ends != "" {
		feature["borrow_end"] = ends
	}
	return feature
}

func member(name, status string, servers int64) map[string]any {
	return map[string]any{"name": name, "status": status, "software_version": "10.0.0.1347", "servers": servers}
}

// keyed returns numbers by key as they are sent, with the profile's spelling of the keys.
func keyed(counts map[string]int, rename func(string) string) map[string]any {
	renamed := map[string]any{}
	for key, n := range counts {
		before, _ := renamed[rename(key)].(int64)
		renamed[rename(key)] = before + int64(n)
	}
	return renamed
}

func family(model string) string { return platformapi.Family(model, families) }
