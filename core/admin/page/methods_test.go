package page

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// asked are methods that a client may try.
var asked = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"}

// S22: a method that a page does not have is refused with the list of those that it has, and each
// of these works.
func TestMethods(t *testing.T) {
	want := map[string]string{"/decide": "POST", "/preview": "GET, HEAD, POST"}
	for route := range (pages{}).routes() {
		_, path, _ := strings.Cut(route, " ")
		path = strings.TrimSuffix(path, "{$}")
		allow, there := want[path]
		if !there {
			allow = "GET, HEAD"
		}
		for _, method := range asked {
			got := allowed(t).answer(httptest.NewRequest(method, path, nil))
			refused := !slices.Contains(strings.Split(allow, ", "), method)
			if (got.status == http.StatusMethodNotAllowed) != refused {
				t.Errorf("%s %s: got %d, want it refused: %v", method, path, got.status, refused)
			}
			if refused && got.header.Get("Allow") != allow {
				t.Errorf("%s %s: Allow: got %q, want %q", method, path, got.header.Get("Allow"), allow)
			}
		}
	}
}

// Another spelling of a path is not found: a redirect would leave the prefix that a front end adds.
func TestOtherSpellingsOfAPathAreNotFound(t *testing.T) {
	for _, target := range []string{"//", "//sent", "/sent/", "/./sent", "/x/../sent", "//evil.example/sent", "/SENT",
		"/sent%2F", "/sent%00", "/%2e%2e/sent", "/sent;x"} {
		got := allowed(t).get(target)
		if got.says(t, 404, "There is no such page"); got.location != "" || got.header.Get("Allow") != "" {
			t.Errorf("%s: got %q and %q, want neither a way on nor methods", target, got.location,
				got.header.Get("Allow"))
		}
	}
}
