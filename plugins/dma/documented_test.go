package main

import (
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/test/appliance"
	api "polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/omitted"
)

// from collects with a Platform API as the only source.
func from(t *testing.T, site api.Site, release api.Release) sdktest.Result {
	t.Helper()
	source := appliance.APISource(t, appliance.PlatformAPI(t, api.Config{Site: &site, Release: release}))
	return collect(t, sdktest.On{
		Root:    "testdata/missing", // the machine does not matter here
		Sources: map[string]any{"platform_api": source}, Period: period(),
	})
}

// small returns the same site with short lists, which is faster, for tests of other things.
var small = sync.OnceValue(func() api.Site {
	site := api.Believable()
	for _, list := range []string{"/devices", "/users", "/conference-rooms", "/site-topology/sites", api.DialRules(0),
		api.DialRules(1), api.DialRules(2)} {
		site = site.WithCount(list, 1)
	}
	return site
})

type members = map[string]any

// partly is a list with some unknown entries, and a reason for them.
type partly []any

// listed returns a list, or the reason why it is missing.
func listed(got sdktest.Result, category, field string) any {
	entries, there := got.Values[category][field].([]any)
	reason, lacks := got.Omitted[category+"."+field]
	switch {
	case there && reason == sdk.Malformed:
		return partly(entries)
	case there && !lacks:
		return entries
	}
	return reason
}

const gcm, cbc = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_RSA_WITH_AES_128_CBC_SHA"

// CAT-security_settings: ciphers are names in older releases and objects in newer ones. Of the
// objects, only enabled ones count. If a cipher is odd, only that cipher is missing, and the other
// settings are sent.
func TestCiphers(t *testing.T) {
	t.Parallel()
	off, incomplete := members{"name": cbc, "enabled": false}, members{"name": cbc, "allowedForFips": true}
	for _, row := range []struct {
		given any
		want  any
	}{
		{[]any{gcm, cbc}, []any{gcm, cbc}},
		{[]any{gcm, members{"name": cbc, "enabled": true}}, []any{gcm, cbc}},
		{[]any{members{"cipherName": gcm, "cipherEnabled": "true", "fips": "ALLOWED"}, off}, []any{gcm}},
		{[]any{members{"name": gcm, "enabled": true, "fipsEnabled": false},
			members{"name": cbc, "Enabled": "false", "fipsEnabled": true}}, []any{gcm}},
		{[]any{gcm, members{"name": cbc, "tlsEnabled": true, "fipsEnabled": true},
			members{"name": cbc, "enabled": nil, "fipsEnabled": true}}, partly{gcm}},
		{[]any{members{"value": gcm}, members{"value": cbc}}, []any{gcm, cbc}},
		{members{"plcmCipher": []any{members{"name": gcm, "enabled": true}, off}}, []any{gcm}},
		{members{"plcmCipher": members{"name": gcm, "enabled": true}}, []any{gcm}},
		{members{"name": gcm, "enabled": true}, []any{gcm}},
		{[]any{gcm, incomplete}, partly{gcm}}, {[]any{gcm, nil}, partly{gcm}}, {[]any{off, 17}, partly{}},
		{[]any{17, nil, "", members{}, []any{gcm}, incomplete, gcm}, partly{gcm}},
		{[]any{off}, []any{}}, {[]any{}, []any{}},
		{[]any{incomplete}, sdk.Malformed}, {[]any{17}, sdk.Malformed}, {"all", sdk.Malformed},
		{members{}, sdk.Malformed},
		{[]any{members{"name": gcm, "other": cbc, "enabled": true}}, sdk.Malformed},
		{nil, sdk.Unexplained},
	} {
		got := from(t, small().WithMember("/security-settings", "signalingCiphers", row.given), api.Newest)
		settings := got.Values["security_settings"]
		is := listed(got, "security_settings", "signaling_ciphers")
		if diff := cmp.Diff(row.want, is); diff != "" || settings["mode"] != "custom" ||
			len(settings["management_ciphers"].([]any)) != 1 {
			t.Errorf("%v: got %v, and the others %v (-want +got)\n%s", row.given, is, settings, diff)
		}
	}
}

// CAT-license_information: the list of features is an array, or an object of the documented type
// that holds the array. If a feature is odd, only that feature is missing; if a member is odd, only
// that member.
func TestListsOfFeatures(t *testing.T) {
	t.Parallel()
	calls := members{"name": "CALLS", "counted": true, "count": "25", "perpetual": "FALSE",
		"startDate": "2025-04-01T00:00:00+02:00"}
	want := []any{members{"name": "CALLS", "counted": true, "count": int64(25), "perpetual": false,
		"borrow_start": "2025-03-31T22:00:00Z"}}
	for _, row := range []struct {
		given any
		want  any
	}{
		{[]any{calls}, want}, {members{"plcmLicenseFeatureList": []any{calls}}, want},
		{members{"plcmLicenseFeatureList": members{"plcmLicenseFeature": []any{calls}}}, want},
		{members{"plcmLicenseFeature": calls}, want}, {calls, want}, {[]any{calls, 17, nil}, partly(want)},
		{[]any{members{}, calls}, partly(want)},
		{[]any{members{"name": "CALLS", "count": []any{}, "startDate": 17}}, []any{members{"name": "CALLS"}}},
		{[]any{members{"name": "CALLS", "count": 4294967295, "startDate": "1970-01-01T00:00:00Z"}},
			[]any{members{"name": "CALLS"}}},
		{[]any{}, []any{}}, {members{"plcmLicenseFeatureList": []any{}}, []any{}},
		{members{}, sdk.Malformed}, {"CALLS", sdk.Malformed}, {[]any{17}, sdk.Malformed}, {nil, sdk.Unexplained},
	} {
		got := from(t, small().WithMember(licensePath, "plcmLicenseFeatureList", row.given), api.Newest)
		is := listed(got, "license_information", "features")
		if diff := cmp.Diff(row.want, is); diff != "" || got.Values["license_information"]["serial_number"] == nil {
			t.Errorf("%v (-want +got)\n%s", row.given, diff)
		}
	}
}

// CAT-feature_configuration: a peer of the type Microsoft belongs to a Lync server. If it is
// unknown whether there is one, that is not reported as no.
func TestLync(t *testing.T) {
	t.Parallel()
	none := small().WithDialPlans("a").WithMember("/dial-plans/a/dial-rules", "action", "BLOCK").
		WithCount("/ext-sip-peer", 1)
	for name, row := range map[string]struct {
		site  api.Site
		fault string
		want  any
	}{
		"a peer": {none.WithMember("/ext-sip-peer", "type", "MICROSOFT"), "",
			members{"enabled": true, "dial_rules": int64(0), "sip_peers": int64(1)}},
		"another": {none, "", members{"enabled": false, "dial_rules": int64(0), "sip_peers": int64(0)}},
		"a rule": {none.WithMember("/dial-plans/a/dial-rules", "action", "RESOLVE_LYNC_ID"), "",
			members{"enabled": true, "dial_rules": int64(1), "sip_peers": int64(0)}},
		"a peer without a type": {none.WithMember("/ext-sip-peer", "type", nil), "", members{"dial_rules": int64(0)}},
		"no peer": {none.WithCount("/ext-sip-peer", 0), "",
			members{"enabled": false, "dial_rules": int64(0), "sip_peers": int64(0)}},
		"rules that are not read": {none, "/dial-plans", members{"sip_peers": int64(0)}},
		"peers that are not read": {none.WithMember("/dial-plans/a/dial-rules", "action", "RESOLVE_LYNC_ID"),
			"/ext-sip-peer",
			members{"enabled": true, "dial_rules": int64(1)}},
	} {
		a := parts{api: appliance.PlatformAPI(t, api.Config{Site: &row.site})}
		a.api.Faults.Set(row.fault, api.Fault{Status: http.StatusServiceUnavailable})
		got := collect(t, a.on(t))
		lync := got.Values["feature_configuration"]["lync"].(members)
		if diff := cmp.Diff(row.want, any(lync)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		for _, part := range []string{"enabled", "dial_rules", "sip_peers"} {
			_, there := lync[part]
			if _, lacks := got.Omitted["feature_configuration.lync."+part]; lacks == there {
				t.Errorf("%s: got %s there: %v, and omitted: %v", name, part, there, lacks)
			}
		}
	}
}

// CAT-security_settings: the whitelist has a resource of its own.
func TestTheWhitelist(t *testing.T) {
	t.Parallel()
	const path, member = "/login-policy/whitelist-config", "loginAccessPolicySettingsEnabled"
	// This member is all that is read of the answer. If it is missing, the answer is not
	// understood.
	for given, want := range map[any]any{true: true, false: false, "TRUE": true, 1: sdk.Malformed, nil: sdk.Malformed} {
		got := from(t, small().WithMember(path, member, given), api.Newest)
		var is any = got.Omitted["security_settings.access_whitelist"]
		if value, there := got.Values["security_settings"]["access_whitelist"]; there {
			is = value
		}
		if is != want {
			t.Errorf("%v: got %v want %v", given, is, want)
		}
	}
	older := from(t, api.Believable(), api.Older)
	if got := older.Omitted["security_settings.access_whitelist"]; got != sdk.NotOnRelease {
		t.Errorf("older: got %q", got)
	}
}

// CAT-security_settings: a rule for passwords that is 0 or missing is off and has no value. Ages
// are in days.
func TestRulesForPasswords(t *testing.T) {
	t.Parallel()
	const path, off = "/login-policy/password-config", "not_applicable"
	for _, row := range []struct {
		member string
		given  any
		field  string
		want   any
	}{
		{"maxPasswordAge", "30", "password_max_age", 30 * 86400.0},
		{"maxPasswordAge", 0, "password_max_age", off}, {"maxPasswordAge", nil, "password_max_age", off},
		{"maxPasswordAge", -1, "password_max_age", "malformed_answer"},
		{"passwordHistory", 0, "password_history", off},
		{"minPasswordLength", 0, "password_min_length", off},
	} {
		got := from(t, small().WithMember(path, row.member, row.given), api.Newest)
		var is any = string(got.Omitted["security_settings."+row.field])
		if value, there := got.Values["security_settings"][row.field]; there {
			is = value
		}
		if is != row.want {
			t.Errorf("%s %v: got %v want %v", row.member, row.given, is, row.want)
		}
	}
}

// CAT-*: if a member is null, has another spelling, is in a string or has another type, only its
// field is missing, in every category that is read from one answer.
func TestMalformedMembers(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		path, member string
		given        any
		field        string
		want         sdk.Reason // empty and known: it is read
	}{
		{licensePath, "serialNumber", 17, "license_information.serial_number", sdk.Malformed},
		{licensePath, "licensedCalls", "1000", "", ""},
		{licensePath, "licensedCalls", 2147483647, "license_information.licensed_calls", sdk.Malformed},
		{licensePath, "lastSuccessfulDate", "1970-01-01T00:00:00Z", "license_information.last_success", sdk.Malformed},
		{"/config/enterprise-directory-cache/status", "orphanedUsers", -1,
			"feature_configuration.enterprise_directory.orphaned_users", sdk.Malformed},
		{"/device-authentication/inbound/sip-device-authentication-inbound", "authenticationValidTimeSeconds",
			2147483647,
			"device_authentication.valid_time", sdk.Malformed},
		{"/registration-policies", "inactiveRegistrationDaysToDelete", 4294967295,
			"registration_policy.inactive_days_min",
			sdk.Malformed},
		{"/active-calls/statistics", "activeCallStatistics",
			[]any{members{"h323Calls": 1, "sipCalls": 2, "webrtcCalls": 3,
				"callLimit": 2147483647}, members{"h323Calls": 1, "sipCalls": 2, "webrtcCalls": 3, "callLimit": 600}},
			"statistics.call_limit", sdk.Malformed},
		{"/devices", "deviceModel", nil, "counts.endpoints_by_model", sdk.NotOnRelease},
		{licensePath, "licensingBurstEnabled", "no", "license_information.burst_enabled", sdk.Malformed},
		{licensePath, "lastSuccessfulDate", "2026-11-02T10:00:00", "license_information.last_success", sdk.Malformed},
		{licensePath, "lastSuccessfulDate", nil, "license_information.last_success", sdk.Unexplained},
		{licensePath, "connectionStatus", members{}, "license_information.connection_status", sdk.Malformed},
		{"/security-settings", "tlsVersions", "TLSv1.2", "security_settings.tls_versions", sdk.Malformed},
		{"/security-settings", "allowSshAccess", nil, "security_settings.ssh_access", sdk.Unexplained},
		{"/config/enterprise-directory/status", "connected", "perhaps",
			"feature_configuration.enterprise_directory.connected", sdk.Malformed},
		{"/config/enterprise-directory-cache/status", "orphanedGroups", []any{},
			"feature_configuration.enterprise_directory.orphaned_groups", sdk.Malformed},
		{"/config/enterprise-directory-cache/status", "refreshDurationSeconds", -74,
			"feature_configuration.enterprise_directory.refresh_duration", sdk.Malformed},
		{"/device-authentication/inbound/sip-device-authentication-inbound", "authenticationValidTimeSeconds", -5,
			"device_authentication.valid_time", sdk.Malformed},
		{"/dma-supercluster", "plcmDmaClusterList", members{"plcmDmaCluster": []any{
			members{"clusterName": "a", "status": "IN_SERVICE", "softwareVersion": "1.2", "plcmDmaServerList": 7}}},
			"system_configuration.servers", sdk.NotOnRelease},
		{"/security-settings", "tlsVersions", []any{"TLSv1.2", 13}, "security_settings.tls_versions", sdk.Malformed},
	} {
		got := from(t, small().WithMember(row.path, row.member, row.given), api.Newest)
		want := map[string]sdk.Reason{}
		if row.field != "" {
			want[row.field] = row.want
		}
		maps.DeleteFunc(got.Omitted, func(name string, _ sdk.Reason) bool { return ofMachine(name) })
		if diff := cmp.Diff(omitted.And(apart, want), got.Omitted); diff != "" {
			t.Errorf("%s %s (-want +got)\n%s", row.path, row.member, diff)
		}
	}
}

// CAT-statistics: the list of conference managers is read under any name. If a manager lacks a
// number, there is no sum, and no number is invented.
func TestConferenceManagers(t *testing.T) {
	t.Parallel()
	one := members{"activeConferences": "2", "activeConferenceParticipants": 7, "usedVideoPorts": -1}
	page := func(size any) any { return members{"totalSize": size} }
	for _, row := range []struct {
		given any
		page  any
		want  any
	}{
		{[]any{one, one}, page(2), int64(14)}, {[]any{one, one}, nil, int64(14)}, {one, page("1"), int64(7)},
		{one, nil, int64(7)}, {[]any{one, members{}}, page(2), sdk.Malformed}, {[]any{}, page(0), sdk.Malformed},
		{"none", page(0), sdk.Malformed},
		// a part of the list, and an object that could be an entry
		{[]any{one}, page(9), sdk.Malformed}, {one, page(2), sdk.Malformed}, {[]any{one, one}, page(1), sdk.Malformed},
		{[]any{}, page(2), sdk.Malformed}, {[]any{one}, page(nil), sdk.Malformed},
		{[]any{one}, members{}, sdk.Malformed},
		{[]any{one}, page(1e6), sdk.Unexplained},
		{members{"plcmPage": page(9), "usage": []any{one}}, nil, sdk.Malformed},
		{members{"plcmPage": page(1), "usage": []any{one}}, nil, int64(7)},
	} {
		answer := members{"clusterUsage": row.given, "plcmPage": row.page}
		site := small().WithObject("/conferences/usage/all", answer)
		got := from(t, site, api.Newest)
		var is any = got.Values["statistics"]["participants_active"]
		if is == nil {
			is = got.Omitted["statistics.participants_active"]
		}
		if is != row.want || got.Values["statistics"]["video_ports_used"] != nil {
			t.Errorf("%v, %v: got %v want %v", row.given, row.page, is, row.want)
		}
	}
}

// CAT-*: if an item of a list lacks a member, the total is unknown. The item does not count as no
// or 0, and a part of the list does not pass for the whole list.
func TestIncompleteItems(t *testing.T) {
	t.Parallel()
	const policies, features = "registration_policy.", "feature_configuration."
	const endpointFields, registrationFields = "counts.endpoints_", "statistics.registrations_"
	groups, queues := features+"hunt_groups.", features+"shared_number_dialing."
	timeouts := []string{groups + "no_answer_timeout_min", groups + "no_answer_timeout_max",
		groups + "no_answer_timeout_mean"}
	site := small().WithCount("/devices", 3).WithDialPlans("a").WithCount("/dial-plans/a/dial-rules", 2).
		WithMember("/devices", "plcmSipIdentityV2", members{"sipRegistrationState": "ACTIVE"}).
		WithMember("/devices", "plcmSipIdentity", nil).WithMember("/devices", "plcmH323Identity", nil)
	rules := "/dial-plans/a/dial-rules"
	for _, row := range []struct {
		path, member string
		given        any
		want         []string
	}{
		{"/hunt-groups", "memberEndpoints", nil, []string{groups + "members"}},
		{"/hunt-groups", "memberEndpoints", members{"plcmMemberList": nil}, []string{groups + "members"}},
		{"/hunt-groups", "enabled", nil, []string{groups + "enabled"}},
		{"/hunt-groups", "timeout", nil, timeouts}, {"/hunt-groups", "timeout", -1, timeouts},
		{"/hunt-groups", "timeout", int64(1) << 40, timeouts},
		{"/veqs", "isExternalIvr", nil, []string{queues + "external_ivr"}},
		{"/veqs", "isDirectDial", nil, []string{queues + "direct_dial_queue"}}, // the only one
		{"/veqs", "maxVmrAttempts", nil, []string{queues + "max_vmr_attempts"}},
		{"/veqs", "responseTimeout", nil, []string{queues + "response_timeout_min", queues + "response_timeout_max"}},
		{rules, "enabled", nil, []string{features + "dial_rules.enabled"}},
		{rules, "preliminaryEnabled", nil, []string{features + "dial_rules.preliminary_scripts"}},
		{rules, "action", nil, []string{features + "lync.dial_rules"}},
		{"/ext-sip-peer", "type", nil, []string{features + "lync.sip_peers", features + "lync.enabled"}},
		{"/registration-policies", "allowSiteLessRegistration", nil, []string{policies + "allow_siteless"}},
		{"/registration-policies", "includeChangedDevices", nil, []string{policies + "include_changed_devices"}},
		{"/registration-policies", "deleteInactiveEndpoints", nil,
			[]string{policies + "delete_inactive", policies + "inactive_days_min"}},
		{"/registration-policies", "compliantEndpointAdmissionPolicy", nil, nil},
		{"/devices", "plcmSipIdentityV2", nil, []string{endpointFields + "active", endpointFields + "inactive",
			registrationFields + "active", registrationFields + "inactive"}},
	} {
		got := from(t, site.WithMember(row.path, row.member, row.given), api.Newest)
		maps.DeleteFunc(got.Omitted, func(name string, _ sdk.Reason) bool { return ofMachine(name) })
		if diff := cmp.Diff(omitted.And(apart, omitted.Because(sdk.Malformed, row.want...)), got.Omitted); diff != "" {
			t.Errorf("%s %s %v (-want +got)\n%s", row.path, row.member, row.given, diff)
		}
		states := got.Values["statistics"]["registrations_by_state"].(members)
		if row.path == "/devices" && states["other"] != int64(1) {
			t.Errorf("got %v, want the device that says nothing as another", states)
		}
	}
}

// CAT-statistics: a signaling is skipped only if all clusters lack it. If some have it, neither
// their sum is reported, nor the total without it.
func TestCallsOfClusters(t *testing.T) {
	t.Parallel()
	with, without := members{"h323Calls": 1, "sipCalls": 2, "webrtcCalls": 3, "polyEvoCalls": 4},
		members{"h323Calls": 1, "sipCalls": 2, "webrtcCalls": 3}
	for _, row := range []struct {
		clusters []any
		evo, all any
	}{
		{[]any{with, with}, int64(8), int64(20)}, {[]any{without, without}, nil, int64(12)},
		{[]any{with, without}, nil, sdk.Malformed}, {[]any{with, members{"polyEvoCalls": 1}}, int64(5), sdk.Malformed},
		{[]any{with, members{"h323Calls": 1, "sipCalls": 2, "webrtcCalls": 3, "polyEvoCalls": -1}}, nil, sdk.Malformed},
	} {
		got := from(t, small().WithObject("/active-calls/statistics", members{"activeCallStatistics": row.clusters}),
			api.Newest)
		var all any = got.Omitted["statistics.calls_active"]
		if value, there := got.Values["statistics"]["calls_active"]; there {
			all = value
		}
		evo := got.Values["statistics"]["calls_active_by_signaling"].(members)["poly_evo"]
		if all != row.all || evo != row.evo {
			t.Errorf("%v: got %v, of poly_evo %v want %v, %v", row.clusters, all, evo, row.all, row.evo)
		}
	}
}

// CAT-system_configuration: if the clusters have different versions, there is no common version,
// and the reason says so.
func TestVersionsOfClusters(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		versions []any
		want     any
	}{
		{[]any{"9.0.1", "9.0.1"}, "9.0.1"}, {[]any{"9.0.1"}, "9.0.1"},
		{[]any{"9.0.1", "10.0.1"}, sdk.Explain(sdk.NotApplicable())},
		{[]any{"9.0.1", nil, "10.0.1"}, sdk.Explain(sdk.NotApplicable())},
		{[]any{"9.0.1", nil}, sdk.Malformed}, {[]any{"", "9.0.1"}, sdk.Malformed}, {[]any{nil, 7}, sdk.NotOnRelease},
		{[]any{}, sdk.NotOnRelease},
	} {
		clusters := []any{}
		for _, version := range row.versions {
			clusters = append(clusters, members{"clusterName": "a", "softwareVersion": version})
		}
		got := from(t, small().WithMember("/dma-supercluster", "plcmDmaClusterList", clusters), api.Newest)
		var is any = got.Omitted["system_configuration.software_version"]
		if value, there := got.Values["system_configuration"]["software_version"]; there {
			is = value
		}
		if is != row.want {
			t.Errorf("%v: got %v want %v", row.versions, is, row.want)
		}
	}
	odd := []any{members{"clusterName": "a", "softwareVersion": "9.0.1", "status": "IN_SERVICE",
		"plcmDmaServerList": []any{members{}}}, 17}
	got := from(t, small().WithMember("/dma-supercluster", "plcmDmaClusterList", odd), api.Newest)
	for _, field := range []string{"members", "servers", "software_version"} {
		if reason := got.Omitted["system_configuration."+field]; reason != sdk.Malformed {
			t.Errorf("a cluster of which nothing is known: got %s omitted %q want %q", field, reason, sdk.Malformed)
		}
	}
	system := got.Values["system_configuration"]
	if system["clusters"] != int64(2) || len(system["members"].([]any)) != 1 {
		t.Errorf("a cluster of which nothing is known: got %v want two clusters, and what is known of one", system)
	}
}

// ofMachine reports whether a field or category is about the machine, which this root does not
// describe.
func ofMachine(name string) bool {
	return strings.HasPrefix(name, "hardware_configuration") || strings.HasPrefix(name, "system_resource_usage")
}

func treated(t *testing.T, got sdktest.Result) map[string]sdktest.Treated {
	t.Helper()
	fields := map[string]sdktest.Treated{}
	for _, f := range got.Treated(t) {
		fields[f.Field] = f
	}
	return fields
}
