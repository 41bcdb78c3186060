package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/consent"
)

// CONS-2: a category is left out until a request says otherwise: one that does not mention the
// categories, as of a page that does not know the choice, keeps them left out, and so does a denial.
func TestLeftOutStaysLeftOut(t *testing.T) {
	b := newBench(t)
	for _, c := range []struct {
		body    string
		code    int
		leftOut []string
		accepts int
	}{
		{yes, 200, []string{}, 3},
		{`{"choice": "allowed", "profile": 3, "left_out": ["statistics", "statistics"]}`, 200, []string{"statistics"}, 2},
		{yes, 200, []string{"statistics"}, 2},
		{no, 200, []string{"statistics"}, 0},
		{yes, 200, []string{"statistics"}, 2},
		{`{"choice": "allowed", "profile": 3, "left_out": ["counts"]}`, 400, []string{"statistics"}, 2},
		{`{"choice": "allowed", "profile": 3, "left_out": ["gone"]}`, 400, []string{"statistics"}, 2},
		{`{"choice": "allowed", "profile": 3, "left_out": null}`, 400, []string{"statistics"}, 2},
		{`{"choice": "allowed", "profile": 3, "left_out": "statistics"}`, 400, []string{"statistics"}, 2},
		{`{"choice": "allowed", "profile": 3, "left_out": [null]}`, 400, []string{"statistics"}, 2},
		{`{"choice": "denied", "left_out": []}`, 400, []string{"statistics"}, 2},
		{`{"choice": "allowed", "profile": 3, "left_out": []}`, 200, []string{}, 3},
	} {
		if got := b.ask(http.MethodPut, "/v1/decision", c.body); got.Code != c.code {
			t.Errorf("%s: got %d, %s", c.body, got.Code, got.Body)
		}
		var got decision
		if err := json.Unmarshal(b.ask(http.MethodGet, "/v1/decision", "").Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		now, err := b.Decision()
		if diff := cmp.Diff(c.leftOut, got.LeftOut); err != nil || diff != "" || len(now.Fields) != c.accepts {
			t.Errorf("%s: got %d fields, %v (-want +got):\n%s", c.body, len(now.Fields), err, diff)
		}
	}
}

// CONS-2: of two administrators at the same time, the one who did not mention the categories does not
// undo the choice of the other.
func TestLeftOutMeanwhile(t *testing.T) {
	b := newBench(t)
	b.ask(http.MethodPut, "/v1/decision", yes)
	stale := b.Appliance
	stale.Decision = func() (consent.Decision, error) {
		read, err := b.Decision()
		b.ask(http.MethodPut, "/v1/decision", `{"choice": "allowed", "profile": 3, "left_out": ["statistics"]}`)
		return read, err
	}
	_, err := stale.Change(admin.Request{Choice: consent.Allowed, ShownProfile: 3, Actor: "admin"})
	if now, unread := b.Decision(); !errors.Is(err, admin.ErrOutdated) || unread != nil || len(now.LeftOut) != 1 {
		t.Errorf("got %v, %v, %v", err, now.LeftOut, unread)
	}
}

// A mark of a test system is true or false, once, and nothing else.
func TestLabMark(t *testing.T) {
	b := newBench(t)
	b.ask(http.MethodPut, "/v1/lab", `{"lab": true}`)
	for _, body := range []string{`{}`, `{"lab": "yes please"}`, `{"lab": 1}`, `{"lab": true, "lab": false}`, `[true]`,
		`{"lab": false, "by": "me"}`} {
		if got := b.ask(http.MethodPut, "/v1/lab", body); got.Code != http.StatusBadRequest || !b.Lab().Lab {
			t.Errorf("%s: got %d", body, got.Code)
		}
	}
}
