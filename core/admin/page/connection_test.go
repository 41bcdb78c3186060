package page

import (
	"context"
	"net/http/httptest"
	"net/url"
	"testing"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/status"
)

// VIEW-1, CONS-2: the button tests the connection, and the page says in words what works, what does
// not and what to do. It costs bytes, so that neither a link nor another site's page starts it.
func TestConnection(t *testing.T) {
	o := allowed(t)
	o.get("/").says(t, 200, `href="connection"`)
	o.get("/connection").says(t, 200, "collect.example.com, port 8443", "some 5,000", "4,321 of less than 100,000",
		"from 5 minutes before to 5 minutes after each hour", `method="post" action="connection"`)
	for state, want := range map[string]string{
		"ok": "The connection works.", "warn": "The connection works, but look at this.",
		"fail": "The connection does not work.", "skip": "The connection was not tested.",
	} {
		o.tested = admin.Connection{Parts: []admin.Part{
			{Part: admin.CollectionPoint, State: state, Says: "this is <said>", Hint: "do this"},
			{Part: "own certificate", State: "fail", Says: "expired", Hint: "get a new one"},
		}}
		o.post("/connection", url.Values{}).says(t, 200, want, "his is &lt;said&gt;.", "Do this.",
			"Own certificate: does not work", "Expired.<br>Get a new one.", "Test it again")
	}
	o.refuse = admin.ErrTesting
	busy := o.post("/connection", url.Values{})
	busy.says(t, 503, "The connection was not tested.", "another test is running", "within 40 seconds")
	if busy.header.Get("Retry-After") != "40" {
		t.Errorf("got %v", busy.header)
	}

	o.Connection = func(context.Context) (admin.Connection, error) {
		t.Error("the connection was tested")
		return admin.Connection{}, nil
	}
	o.Handler = New(o.Appliance)
	o.get("/connection").says(t, 200, "Test the connection")
	forged := httptest.NewRequest("POST", "/connection", nil)
	forged.Header.Set("Sec-Fetch-Site", "cross-site")
	if got := o.answer(forged); got.status != 403 {
		t.Errorf("another site: got %d", got.status)
	}
}

// VIEW-1: where uploads fail, the page offers the test; where only a field does, it does not.
func TestTheTestIsOfferedWhereUploadsFail(t *testing.T) {
	for kind, want := range map[status.TroubleKind]bool{status.UploadTrouble: true, status.RejectTrouble: false,
		status.FieldTrouble: false, status.ServiceTrouble: false} {
		o := allowed(t)
		o.status.Troubles = []status.Trouble{{Kind: kind, Sentence: "it fails since noon", Hint: "do this"}}
		if want {
			o.get("/").says(t, 200, "It fails since noon.", `action="connection"`)
		} else {
			o.get("/").lacks(t, `action="connection"`)
		}
	}
}
