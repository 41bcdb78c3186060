package platformapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/test/appliance/platformapi"
)

func TestVersionsAreNegotiated(t *testing.T) {
	const devices, security = "application/vnd.plcm.plcm-device-list", "application/vnd.plcm.plcm-security-settings"
	newest := start(t, platformapi.Config{})
	older := start(t, platformapi.Config{Release: platformapi.Older})
	tests := []struct {
		appliance    *platformapi.Appliance
		path, accept string
		status       int
		contentType  string
	}{
		{newest, "/devices", devices + "-v3+json", 200, devices + "-v3+json"},
		{newest, "/devices", devices + "-v2+json, " + devices + "-v3+json", 200, devices + "-v3+json"},
		{newest, "/devices", devices + "+json", 200, devices + "+json"},
		{newest, "/devices", anything, 200, devices + "-v3+json"},
		{newest, "/devices", devices + "-v3+json;q=0, " + devices + "+json", 200, devices + "+json"},
		{newest, "/devices", devices + "-v4+json", 406, ""},
		{newest, "/devices", devices + "-v3+xml", 406, ""},
		{newest, "/devices", "application/json", 406, ""},
		{older, "/devices", devices + "-v3+json", 406, ""},
		{older, "/devices", devices + "-v3+json, " + devices + "-v2+json", 200, devices + "-v2+json"},
		{older, "/security-settings", security + "-v4+json,\t" + security + "+json", 200, security + "+json"},
		{older, "/active-calls/statistics", anything, 404, ""},
		{newest, "/active-calls/statistics", "application/vnd.plcm-active-call-statistics+json", 200,
			"application/vnd.plcm-active-call-statistics+json"},
		{newest, "/active-calls/statistics", "application/vnd.plcm.plcm-active-call-statistics+json", 406, ""},
		{newest, "/dial-rules", anything, 404, ""},
		{newest, "/config/local-password", anything, 404, ""},
		{older, "/conference-rooms", anything, 404, ""},
		{newest, "/nonsense", anything, 404, ""},
	}
	for _, test := range tests {
		got := get(t, test.appliance, test.path, test.accept)
		if got.status != test.status {
			t.Errorf("%s accepting %s: got status %d, want %d", test.path, test.accept, got.status, test.status)
		}
		want := test.contentType
		if want == "" {
			want = "application/vnd.plcm.plcm-error+json"
		}
		if contentType := got.header.Get("Content-Type"); contentType != want {
			t.Errorf("%s accepting %s: got type %s, want %s", test.path, test.accept, contentType, want)
		}
	}
}

func TestOlderVersionsLackMembers(t *testing.T) {
	const license = "application/vnd.plcm.plcm-license-status"
	appliance := start(t, platformapi.Config{})
	for suffix, want := range map[string]bool{"+json": false, "-v2+json": true} {
		answer := get(t, appliance, "/config/licenses/license-status", license+suffix).decoded(t)
		_, serial := answer["serialNumber"]
		_, calls := answer["licensedCalls"]
		_, state := answer["licensingStatus"]
		if serial != want || calls != want || !state {
			t.Errorf("%s: got serial number %v, calls %v, state %v, want %v, %v and a state", suffix, serial, calls, state,
				want, want)
		}
	}
}

// Ciphers are names in version 2, and objects from version 3 on.
func TestCiphersByVersion(t *testing.T) {
	const security = "application/vnd.plcm.plcm-security-settings"
	appliance := start(t, platformapi.Config{})
	const name = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
	for suffix, want := range map[string]any{
		"+json": nil, "-v2+json": name,
		"-v3+json": map[string]any{"name": name, "enabled": true, "allowedForFips": true},
		"-v4+json": map[string]any{"name": name, "enabled": true, "allowedForFips": true},
	} {
		answer := get(t, appliance, "/security-settings", security+suffix).decoded(t)
		var first any
		if listed, ok := answer["managementCiphers"].([]any); ok {
			first = listed[0]
		}
		if diff := cmp.Diff(want, first); diff != "" {
			t.Errorf("%s (-want +got)\n%s", suffix, diff)
		}
	}
}

func TestListsComeInPages(t *testing.T) {
	appliance := start(t, platformapi.Config{})
	for query, want := range map[string]string{
		"": "100 1", "?page=1": "100 1", "?page=3": "100 3", "?page=4": "12 4", "?page=5": "0 0",
	} {
		answer := get(t, appliance, "/devices"+query, anything).decoded(t)
		page := answer["plcmPage"].(map[string]any)
		items := answer["plcmDeviceV3List"].([]any)
		if got := fmt.Sprint(len(items), page["currentPage"]); got != want {
			t.Errorf("%q: got items and page %s, want %s", query, got, want)
		}
		if page["totalSize"] != 312.0 || page["pageSize"] != 100.0 {
			t.Errorf("%q: got page %v, want 312 by 100", query, page)
		}
	}
	for _, query := range []string{"?page=0", "?page=-1", "?page=two"} {
		got := get(t, appliance, "/devices"+query, anything)
		if got.status != 400 || !strings.HasPrefix(got.header.Get("Content-Type"), "text/plain") {
			t.Errorf("%q: got %d %s, want 400 text/plain", query, got.status, got.header.Get("Content-Type"))
		}
	}
}

func TestETags(t *testing.T) {
	appliance := start(t, platformapi.Config{})
	first := get(t, appliance, "/mcus", anything)
	tag := first.header.Get("ETag")
	for header, want := range map[string]int{
		tag: 304, "W/" + tag: 304, `"other", ` + tag: 304, "*": 304, `"other"`: 200, "": 200,
	} {
		r := request(t, appliance, "/mcus", anything)
		r.Header.Set("If-None-Match", header)
		got := do(t, appliance, r)
		if got.status != want || (want == 304) != (len(got.body) == 0) {
			t.Errorf("If-None-Match %s: got %d and %d bytes, want %d", header, got.status, len(got.body), want)
		}
	}
}

func TestOnlyTheReporterGetsIn(t *testing.T) {
	appliance := start(t, platformapi.Config{User: `klinik\reporter`, Password: "right"})
	if got := get(t, appliance, "/eula", anything); got.status != 200 {
		t.Errorf("right password: got %d, want 200", got.status)
	}
	wrong := request(t, appliance, "/eula", anything)
	wrong.SetBasicAuth(`klinik\reporter`, "wrong")
	none := request(t, appliance, "/eula", anything)
	none.Header.Del("Authorization")
	for _, r := range []*http.Request{wrong, none} {
		got := do(t, appliance, r)
		if got.status != 401 || got.header.Get("WWW-Authenticate") == "" {
			t.Errorf("got %d with challenge %q, want 401 with one", got.status, got.header.Get("WWW-Authenticate"))
		}
	}
}

func TestRequestsAreCounted(t *testing.T) {
	appliance := start(t, platformapi.Config{})
	get(t, appliance, "/devices?page=1", anything)
	get(t, appliance, "/devices?page=2", anything)
	get(t, appliance, "/nonsense", anything)
	post := request(t, appliance, "/users", anything)
	post.Method = http.MethodPost
	if got := do(t, appliance, post); got.status != 405 {
		t.Errorf("POST: got %d, want 405", got.status)
	}
	want := map[string]int{"/devices": 2, "/nonsense": 1, "POST /users": 1}
	if diff := cmp.Diff(want, appliance.Requests()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestNamesCanBeKebabCase(t *testing.T) {
	appliance := start(t, platformapi.Config{Names: platformapi.KebabCase})
	answer := get(t, appliance, "/devices", anything).decoded(t)
	page, _ := answer["plcm-page"].(map[string]any)
	if page["total-size"] != 312.0 {
		t.Errorf("got page %v, want total-size 312", page)
	}
	items, _ := answer["plcm-device-v3-list"].([]any)
	if len(items) != 100 {
		t.Fatalf("got %d devices in plcm-device-v3-list, want 100", len(items))
	}
	identity, _ := items[0].(map[string]any)["plcm-h323-identity"].(map[string]any)
	if identity["h323-registration-state"] != "ACTIVE" {
		t.Errorf("got identity %v, want an h323-registration-state", identity)
	}
}

func TestAnswersAreWeighed(t *testing.T) {
	a := start(t, platformapi.Config{})
	whole := get(t, a, "/users", anything)
	again := request(t, a, "/users", anything)
	again.Header.Set("If-None-Match", whole.header.Get("ETag"))
	if got := do(t, a, again); got.status != http.StatusNotModified || len(got.body) > 0 {
		t.Errorf("got status %d and %d bytes, want 304 and none", got.status, len(got.body))
	}
	missing := get(t, a, "/nonsense", anything)
	a.Faults.Set("/rooms", platformapi.Fault{Cut: true})
	half := get(t, a, "/rooms", anything)
	want := platformapi.Answered{
		ByStatus: map[int]int{http.StatusOK: 2, http.StatusNotModified: 1, http.StatusNotFound: 1},
		Bytes:    int64(len(whole.body) + len(missing.body) + len(half.body)),
	}
	if diff := cmp.Diff(want, a.Answered()); diff != "" {
		t.Errorf("answered (-want +got)\n%s", diff)
	}
}
