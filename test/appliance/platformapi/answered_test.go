package platformapi_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/test/appliance/platformapi"
)

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
