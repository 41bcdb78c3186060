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
	want := map[string]string{"/decide": "POST", "/lab": "POST", "/preview": "GET, HEAD, POST",
		"/connection": "GET, HEAD, POST", "/identity": "GET, HEAD, POST"}
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
