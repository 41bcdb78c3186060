package page

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/compare"
)

// VIEW-1: every value of the document is on the page, with its description in the profile; a value
// that the profile does not know is shown without one.
func TestSent(t *testing.T) {
	o := allowed(t)
	o.get("/sent").says(t, 200, "Nothing was sent yet")
	if got := o.get("/analytics.json"); got.status != 404 {
		t.Errorf("download of nothing: got %d want 404", got.status)
	}
	o.sent = document
	o.get("/sent").says(t, 200, "8K&lt;31&gt;", `<span class="treatment clear">in clear</span>`, "Its number.", "CALLS",
		"SECURE", ">12<", "sip", ">7<",
		`<code class="token">hostname-a1</code>`, `<code class="token">hostname-c3</code>`,
		"274877906944 bytes", "≈ 275 GB",
		"later", "pairs",
		"not available: the source is not configured", "<code>sites</code> <span>left out",
		"Sun 1 Mar 2026, 10:45–11:45 (05:00–06:00 UTC)", "9 kept, 3 pseudonymized",
		"acme-20260301T0615Z-x", fmt.Sprint(len(document)))
	if got := o.get("/analytics.json"); got.text != document ||
		got.header.Get("Content-Disposition") != `attachment; filename="analytics.json"` {
		t.Errorf("download: got %d bytes that differ, %v", len(got.text), got.header)
	}
}

func TestUnreadableIsShownAsText(t *testing.T) {
	for _, text := range []string{" ", "null", "[]", "{", document + "{}", strings.Repeat(`{"categories":`, 40) + "1" +
		strings.Repeat("}", 40), "\x00<script>"} {
		o := allowed(t)
		o.sent = text
		o.get("/sent").says(t, 200, "cannot show the document as a tree", "The exact text")
	}
}

// A field is marked if one of its values differs.
func TestMarks(t *testing.T) {
	after := strings.NewReplacer(`"users": 12`, `"users": 13, "sites": 4`, `"h323": 2`, `"h323": 2, "webrtc": 1`,
		`, {"name": "SECURE"}`, ``,
		`["hostname-a1", "hostname-b2"]`, `[]`).Replace(document)
	got, err := compare.Documents([]byte(document), []byte(after))
	if err != nil {
		t.Fatal(err)
	}
	shown := buildTree(acme(), []byte(after))
	shown.setMarks(got.Differences)
	marks := map[string]compare.Mark{}
	for _, b := range shown.Branches {
		for _, l := range b.Leaves {
			marks[l.Name] = l.Mark
		}
	}
	if diff := cmp.Diff(map[string]compare.Mark{"serial_number": "", "features": compare.Changed,
		"users": compare.Changed, "sites": compare.Added, "calls": compare.Changed, "peers": compare.Changed,
		"disk": "", "directory": "", "later": ""}, marks); diff != "" {
		t.Errorf("marks (-want +got):\n%s", diff)
	}
}

// No bytes break the page, and none are rendered as markup.
func FuzzTree(f *testing.F) {
	f.Add([]byte(document))
	f.Add([]byte(`{"categories":{"counts":{"users":[[{"a":null}]],"calls":{"a":{"b":[]}},"directory":[1]}},` +
		`"omitted":{".":1,"a.b":{}},"treated":[]}`))
	o := allowed(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		o.sent = string(text) + " "
		if got := o.get("/sent"); got.status != 200 || strings.Contains(got.text, "<script>") ||
			!strings.Contains(got.text, "</html>") {
			t.Errorf("got %d of %q", got.status, text)
		}
	})
}
