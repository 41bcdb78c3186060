package main

import (
	"strings"

	export "polycom.com/usagedata/test/appliance/networkusage"
	standin "polycom.com/usagedata/test/appliance/platformapi"
)

// knownFacts are the categories as they have to be, from what the stand-in knows of its site.
func knownFacts(site standin.Site, facts standin.Counts, usage export.Facts) map[string]map[string]any {
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
		},
		"system_configuration": {
			"clusters": whole(facts.Clusters), "servers": whole(facts.Servers), "software_version": "10.0.0.1347",
			"clusters_by_status": keyed(facts.ClustersByStatus, strings.ToLower),
			"host":               "dma-isar-toelz-1",
			"members": []any{
				member("dma-isar-toelz", "in_service", 2), member("dma-isar-fuessen", "in_service", 2),
				member("dma-isar-traunstein", "busied_out", 1),
			},
		},
		"counts": {
			"users_local": whole(facts.Users), "users_enterprise": whole(facts.EnterpriseUsers),
			"conference_rooms": whole(facts.Rooms), "sites": whole(facts.Sites), "territories": whole(facts.Territories),
			"endpoints": whole(312), "endpoints_active": whole(facts.DevicesActive),
			"endpoints_inactive": whole(facts.DevicesInactive),
			"endpoints_by_model": keyed(facts.DevicesByModel, family),
			"mcus":               whole(facts.MCUs), "mcus_by_type": keyed(facts.MCUsByType, strings.ToLower),
			"external_gatekeepers": whole(facts.Gatekeepers), "sip_peers": whole(facts.SIPPeers), "sbcs": whole(facts.SBCs),
		},
		"statistics": {
			"registrations_active": whole(facts.DevicesActive), "registrations_inactive": whole(facts.DevicesInactive),
			"calls_active_by_signaling": map[string]any{
				"h323": whole(facts.H323Calls), "sip": whole(facts.SIPCalls), "webrtc": whole(facts.WebRTCCalls),
			},
			"call_limit": whole(facts.CallLimit), "conferences_active": whole(facts.Conferences),
			"calls_active":        whole(facts.H323Calls + facts.SIPCalls + facts.WebRTCCalls),
			"participants_active": whole(facts.Participants),
			"video_ports_total":   int64(240), "video_ports_used": int64(52), "voice_ports_total": int64(120),
			"voice_ports_used": int64(8),
			"network_usage":    knownUsage(usage),
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
			"policies":            whole(facts.RegistrationPolicies),
			"compliant_action":    map[string]any{"allow": int64(2)},
			"noncompliant_action": map[string]any{"quarantine": int64(1), "block": int64(1)},
			"allow_siteless":      int64(1), "include_changed_devices": int64(2), "delete_inactive": int64(1),
			"inactive_days_min": int64(30),
		},
		"device_authentication": {
			"sip_inbound": true, "proxy_authentication": true, "default_realm": false, "valid_time": 3600.0,
			"inbound_entries": whole(facts.InboundEntries), "outbound_entries": whole(facts.OutboundEntries),
		},
	}
}

func knownFeatures(facts standin.Counts) map[string]any {
	return map[string]any{
		"enterprise_directory": map[string]any{
			"integration_status": "integrated", "connected": true, "refresh_duration": 74.0,
			"total_users": whole(facts.EnterpriseUsers), "total_rooms": whole(facts.EnterpriseRooms),
			"orphaned_users": int64(5), "orphaned_groups": int64(1), "conference_room_errors": int64(2),
		},
		"lync": map[string]any{
			"enabled": true, "sip_peers": whole(facts.LyncPeers),
			"dial_rules": whole(facts.DialRulesByAction["RESOLVE_LYNC_ID"] +
				facts.DialRulesByAction["RESOLVE_LYNC_ID_AUTO_ATTENDANT"]),
		},
		"dial_rules": map[string]any{
			"total": whole(facts.DialRules), "enabled": whole(facts.DialRulesEnabled), "dial_plans": whole(facts.DialPlans),
			"by_action": keyed(facts.DialRulesByAction, strings.ToLower), "preliminary_scripts": whole(facts.PreliminaryScripts),
		},
		"shared_number_dialing": map[string]any{
			"queues": whole(facts.Queues), "direct_dial_queue": true, "external_ivr": int64(2),
			"with_operator": whole(facts.QueuesWithOperator), "max_vmr_attempts": int64(4),
			"response_timeout_min": 10.0, "response_timeout_max": 35.0,
		},
		"hunt_groups": map[string]any{
			"total": whole(facts.HuntGroups), "enabled": whole(facts.HuntGroupsEnabled),
			"members":               whole(facts.HuntGroupMembers),
			"no_answer_timeout_min": 15.0, "no_answer_timeout_max": 30.0, "no_answer_timeout_mean": 22.0,
		},
	}
}

func knownUsage(f export.Facts) map[string]any {
	events := func(e export.Events) map[string]any {
		return map[string]any{
			"calls_started": whole(e.Started), "calls_ended": whole(e.Ended), "calls_dropped": whole(e.Dropped),
			"calls_downspeeded": whole(e.Downspeeded),
		}
	}
	quality := func(q export.Quality) map[string]any { return map[string]any{"mean": q.Mean, "max": q.Max} }
	return map[string]any{
		"rows": whole(f.Rows), "rows_unreadable": int64(0), "rows_repeated": int64(0), "minutes": whole(f.Minutes),
		"scopes":     whole(f.Scopes),
		"all_scopes": events(f.All), "busiest_scope": events(f.Busiest),
		"peak_gold_calls": whole(f.Peaks.Gold), "peak_silver_calls": whole(f.Peaks.Silver),
		"peak_bronze_calls": whole(f.Peaks.Bronze), "peak_audio_calls": whole(f.Peaks.Audio),
		"peak_calls_by_bandwidth": keyed(f.ByBandwidth, strings.ToLower),
		"video_jitter":            quality(f.VideoJitter), "video_delay": quality(f.VideoDelay),
		"audio_jitter": quality(f.AudioJitter), "audio_delay": quality(f.AudioDelay),
	}
}

func licensed(name string, count int64, ends string) map[string]any {
	feature := map[string]any{
		"name": name, "counted": count > 0, "count": count, "perpetual": ends == "", "start_date": "2025-03-31T22:00:00Z",
	}
	if ends != "" {
		feature["expiration_date"] = ends
	}
	return feature
}

func member(name, status string, servers int64) map[string]any {
	return map[string]any{"name": name, "status": status, "software_version": "10.0.0.1347", "servers": servers}
}
