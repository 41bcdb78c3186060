package platformapi_test

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"go.uber.org/goleak"

	"polycom.com/usagedata/test/appliance/platformapi"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const anything = "*/*"

// client reads an appliance until the test ends.
type client struct {
	*platformapi.Appliance
	http *http.Client
}

func start(t *testing.T, config platformapi.Config) client {
	t.Helper()
	a, err := platformapi.Start(config)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: a.CA.Pool()}}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := a.Close(); err != nil {
			t.Errorf("close: got error %v, want none", err)
		}
	})
	return client{a, &http.Client{Transport: transport}}
}

// ask sends a request as the reader with the password, and returns status, media type and body.
func (c client) ask(t *testing.T, method, path, accept, password string) (status int, is string, body []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, c.URL()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	user, _ := c.Credentials()
	r.SetBasicAuth(user, password)
	r.Header.Set("Accept", accept)
	response, err := c.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err = io.ReadAll(response.Body); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header.Get("Content-Type"), body
}

// If the simulator answered a wrong request, it would hide a plugin that sends it.
func TestWhatIsNotAnswered(t *testing.T) {
	const devices, calls = "application/vnd.plcm.plcm-device-list", "active-call-statistics+json"
	newest := start(t, platformapi.Config{Password: "right"})
	older := start(t, platformapi.Config{Password: "right", Release: platformapi.Older})
	for _, row := range []struct {
		client
		path, accept string
		status       int
		is           string // empty: an error
	}{
		{newest, "/devices", devices + "-v2+json, " + devices + "-v3+json", 200, devices + "-v3+json"},
		{newest, "/devices", devices + "-v3+json;q=0, " + devices + "+json", 200, devices + "+json"},
		{newest, "/devices", devices + "-v4+json", 406, ""}, {newest, "/devices", devices + "-v3+xml", 406, ""},
		{newest, "/devices", "application/json", 406, ""}, {older, "/devices", devices + "-v3+json", 406, ""},
		{newest, "/active-calls/statistics", "application/vnd.plcm-" + calls, 200, "application/vnd.plcm-" + calls},
		{newest, "/active-calls/statistics", "application/vnd.plcm.plcm-" + calls, 406, ""},
		{older, "/active-calls/statistics", anything, 404, ""}, {older, "/conference-rooms", anything, 404, ""},
		{newest, "/nonsense", anything, 404, ""},
		{newest, "/devices?page=0", anything, 400, "text/plain; charset=utf-8"},
	} {
		if row.is == "" {
			row.is = "application/vnd.plcm.plcm-error+json"
		}
		status, is, _ := row.ask(t, http.MethodGet, row.path, row.accept, "right")
		if status != row.status || is != row.is {
			t.Errorf("%s accepting %s: got %d %s, want %d %s", row.path, row.accept, status, is, row.status, row.is)
		}
	}
	if status, _, _ := newest.ask(t, http.MethodGet, "/users", anything, "wrong"); status != http.StatusUnauthorized {
		t.Errorf("a wrong password: got %d, want 401", status)
	}
	if status, _, _ := newest.ask(t, http.MethodPost, "/users", anything, "right"); status != 405 ||
		newest.Requests()["POST /users"] != 1 {
		t.Errorf("POST: got %d and %v, want 405, and it counted", status, newest.Requests())
	}
}

// harmless lists all strings in the answers that reveal nothing about a customer.
var harmless = []string{
	"8K31774250D1EA", "RM-8K31774250D1EB", // serial numbers, sent in clear
	"CLARITI", "CONNECT_SUCCESS", "VALID", "CONCURRENT_CALLS", "HIGH_SECURITY", "SHARED_NUMBER_DIALING",
	"10.0.0.1347", "6.3.2.214", "8.8.1.3201", "1.0", "2.0",
	"6.2.2-570154", "3.11.0.73569", "5.9.5.3182", "3.1.14-55012", "5.9.6.2327", "1.3.3-71244",
	"RealPresence Group 500", "RealPresence Group 310", "RealPresence Desktop for Windows",
	"RealPresence Trio 8800", "HDX 8000", "VVX 600", "RealPresence Debut",
	"RMX_2000", "RMX_1800", "VIRTUAL_EDITION",
	"ACTIVE", "INACTIVE", "NOT_REGISTERED", "BLOCKED", "QUARANTINED", "QUARANTINED_INACTIVE",
	"ALLOW", "QUARANTINE", "BLOCK", "COMPLIANT", "E164", "H323_ID",
	"RESOLVE_REGISTERED_EP", "RESOLVE_EXT_SIP_PEER", "RESOLVE_IP", "RESOLVE_SERVICE_PREFIX", "RESOLVE_LYNC_ID",
	"RESOLVE_LYNC_ID_AUTO_ATTENDANT", "RESOLVE_BY_STAND_IN",
	"IN_SERVICE", "BUSIED_OUT", "INTEGRATED", "LOADED", "LOCAL", "MICROSOFT", "OTHER", "TLS", "V3", "TLSv1.2", "CUSTOM",
	"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_RSA_WITH_AES_128_CBC_SHA",
	"TLS_RSA_WITH_3DES_EDE_CBC_SHA", "sip:5060:private", "sip:5061:private", "sip:5062:private", "11", "6", "0",
	"INTEGRATED_WO_ENCRYPTION", "MANAGED_ENDPOINTS", "MULTI_TENANCY", "HIGH_AVAILABILITY",
}

var (
	date   = regexp.MustCompile(`^20\d\d-\d\d-\d\d(T\d\d:\d\d:\d\d[+]\d\d:\d\d)?$`)
	secret = regexp.MustCompile(
		`(?i)(password|passcode|realm|script|community|token|description|operator-?uri|error-?message)$`)
	// members that also identify the customer of a Resource Manager
	ofManager = regexp.MustCompile(`(?i)(alias|message)$`)
)

// ANON-1: the tests of the plugins and of the service search for the sites' identifiers, and for
// the canaries, which are in every place where a product keeps a secret next to the data. So each
// string must be one of them or known to be harmless, and none may occur by chance.
func TestEachStringIsAnIdentifierOrHarmless(t *testing.T) {
	dma, manager := platformapi.Believable(), platformapi.ResourceManager()
	for _, row := range []struct {
		site     platformapi.Site
		release  platformapi.Release
		names    platformapi.Names
		answers  int
		canaries int // 0: an older release has fewer places for them
	}{
		{dma, platformapi.Newest, platformapi.CamelCase, 37, len(dma.Canaries())},
		{dma, platformapi.Older, platformapi.CamelCase, 29, 0},
		{manager, platformapi.Newest, platformapi.KebabCase, 22, len(manager.Canaries())},
	} {
		identifiers, canaries := row.site.Identifiers(), row.site.Canaries()
		seen, members := map[string]bool{}, map[string]bool{}
		a := start(t, platformapi.Config{Site: &row.site, Release: row.release, Names: row.names})
		answers := a.everyAnswer(t, row.site, func(member string, value any) {
			members[member] = true
			text, ok := value.(string)
			if !ok {
				return
			}
			_, identifying := slices.BinarySearch(identifiers, text)
			if innocent := slices.Contains(harmless, text) || date.MatchString(text); identifying == innocent {
				t.Errorf("%s: %q: got identifying %t and harmless %t, want one of them", member, text, identifying,
					innocent)
			}
			if secret.MatchString(member) || row.names == platformapi.KebabCase && ofManager.MatchString(member) {
				if seen[text] = true; !slices.Contains(canaries, text) {
					t.Errorf("%s: got %q, want a canary", member, text)
				}
			}
		})
		if answers != row.answers || row.canaries > 0 && len(seen) != row.canaries {
			t.Errorf("got %d answers and %d canaries, want %d and %d", answers, len(seen), row.answers, row.canaries)
		}
		innocents := strings.ToLower(strings.Join(slices.AppendSeq(slices.Clone(harmless), maps.Keys(members)), "\n"))
		for _, identifier := range identifiers {
			if utf8.RuneCountInString(identifier) < 6 || strings.Contains(innocents, strings.ToLower(identifier)) {
				t.Errorf("%q: got it short, or among harmless words", identifier)
			}
		}
	}
}

// total matches the size of the list that an answer is a page of.
var total = regexp.MustCompile(`"total-?[sS]ize": ?(\d+)`)

// everyAnswer reads all pages of all existing resources, calls see with every value, and returns
// the number of pages.
func (c client) everyAnswer(t *testing.T, site platformapi.Site, see func(member string, value any)) (answers int) {
	t.Helper()
	_, password := c.Credentials()
	for _, path := range site.Paths() {
		for page, last := 1, false; !last; page++ {
			status, _, body := c.ask(t, http.MethodGet, fmt.Sprintf("%s?page=%d", path, page), anything, password)
			if status == http.StatusNotFound {
				break
			}
			var answer map[string]any
			if err := json.Unmarshal(body, &answer); err != nil {
				t.Fatalf("%s: got %d %.80q, want JSON: %v", path, status, body, err)
			}
			walk("", answer, see)
			answers++
			size, n := total.FindSubmatch(body), 0
			if size != nil {
				n, _ = strconv.Atoi(string(size[1])) // digits
			}
			last = n <= 100*page
		}
	}
	return answers
}

func walk(member string, value any, see func(member string, value any)) {
	see(member, value)
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			walk(name, inner, see)
		}
	case []any:
		for _, inner := range value {
			walk(member, inner, see)
		}
	}
}
