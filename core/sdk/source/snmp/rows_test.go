package snmp

import (
	"errors"
	"fmt"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/test/appliance/snmpd"
)

const entry = base + ".9.1"

type site struct {
	Name  string   `oid:"2"`
	Calls *int64   `oid:"3"`
	Load  *float64 `oid:"5"`
}

// table returns n rows in columns 2 to 5 and, on both sides, objects that must not be requested or
// used.
func table(n int) []snmpd.Object {
	objects := []snmpd.Object{{OID: base + ".8.0", Type: snmpd.Integer, Value: "1"},
		{OID: base + ".10.0", Type: snmpd.Integer, Value: "1"}}
	for i := 1; i <= n; i++ {
		row := strconv.Itoa(i)
		objects = append(objects,
			snmpd.Object{OID: entry + ".2." + row, Type: snmpd.Text, Value: "site " + row},
			snmpd.Object{OID: entry + ".3." + row, Type: snmpd.Gauge, Value: row},
			snmpd.Object{OID: entry + ".4." + row, Type: snmpd.Text, Value: "canary"},
			snmpd.Object{OID: entry + ".5." + row, Type: snmpd.Text, Value: row + ".5"},
		)
	}
	return objects
}

func siteAt(i int) site {
	return site{fmt.Sprintf("site %d", i), at(int64(i)), at(float64(i) + 0.5)}
}

// SEND-5: the numbers are right, and a table of several hundred rows costs few requests.
func TestRows(t *testing.T) {
	for _, v3 := range []bool{false, true} {
		for n, requests := range map[int]int{1: 1, 3: 1, 9: 1, 10: 2, 700: 2 + 20 + 1} {
			a, log := opened(t, sources(t, daemon(t, snmpd.Config{V3: v3, Objects: table(n)})))
			got, err := Rows[site](t.Context(), a, entry)
			var want []site
			for i := 1; i <= n; i++ {
				want = append(want, siteAt(i))
			}
			if diff := cmp.Diff(want, got); diff != "" || err != nil || log.String() != "" {
				t.Errorf("%d rows: got %v, log %q, (-want +got)\n%s", n, err, log, diff)
			}
			if v3 {
				requests++
			}
			if a.Requests() != requests {
				t.Errorf("%d rows: got %d requests, want %d", n, a.Requests(), requests)
			}
		}
	}
}

// If a cell is missing or odd, it is empty, and the others stay in their rows.
func TestRowsWithGaps(t *testing.T) {
	a, log := opened(t, sources(t, daemon(t, snmpd.Config{Objects: []snmpd.Object{
		{OID: entry + ".2.2.10", Type: snmpd.Text, Value: "second"},
		{OID: entry + ".2.10.1", Type: snmpd.Text, Value: "third"},
		{OID: entry + ".3.2.9", Type: snmpd.Gauge, Value: "1"},
		{OID: entry + ".3.10.1", Type: snmpd.Text, Value: "isarwinkel"},
		{OID: entry + ".3.11.1", Type: snmpd.Text, Value: "isarwinkel"},
	}})))
	got, err := Rows[site](t.Context(), a, entry)
	want := []site{{Calls: at(int64(1))}, {Name: "second"}, {Name: "third"}, {}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("got %v, (-want +got)\n%s", err, diff)
	}
	silentAbout(t, err, log, "isarwinkel")
	if got, want := len(log.told()), 1; got != want {
		t.Errorf("got %d log lines, want %d for the column: %q", got, want, log)
	}
}

func TestRowsOfNoTable(t *testing.T) {
	a, _ := opened(t, sources(t, daemon(t, snmpd.Config{Objects: samples})))
	if got, err := Rows[site](t.Context(), a, entry); sdk.Explain(err) != sdk.NotOnRelease || got != nil {
		t.Errorf("got %v, %v, want %q", got, err, sdk.NotOnRelease)
	}
}

// SEND-5: a truncated table must not pass for a complete one.
func TestRowsOfTooLongATable(t *testing.T) {
	d := daemon(t, snmpd.Config{Objects: table(MaxRows + 1)})
	a, _ := opened(t, sources(t, d))
	if got, err := Rows[site](t.Context(), a, entry); !errors.Is(err, errTooLong) || got != nil {
		t.Errorf("%d rows: got %d, %v, want %v", MaxRows+1, len(got), err, errTooLong)
	}
}

// SEND-5: the largest table that is read, with all its columns, stays within the requests of a
// cycle.
func TestTheLargestTable(t *testing.T) {
	a, _ := opened(t, sources(t, daemon(t, snmpd.Config{Objects: table(MaxRows)})))
	if got, err := Rows[site](t.Context(), a, entry); err != nil || len(got) != MaxRows || a.Requests() > maxRequests {
		t.Errorf("got %d rows in %d requests, %v, want %d in at most %d",
			len(got), a.Requests(), err, MaxRows, maxRequests)
	}
}

func TestMistakesOfAnAuthor(t *testing.T) {
	a, _ := opened(t, sources(t, daemon(t, snmpd.Config{Objects: samples})))
	_, number := Read[int](t.Context(), a)
	_, untagged := Read[struct{ A string }](t.Context(), a)
	_, kind := Read[struct {
		A int64 `oid:"1.3.6.1.2.1.1.5.0"`
	}](t.Context(), a)
	_, noOID := Read[struct {
		A *int64 `oid:"sysName"`
	}](t.Context(), a)
	_, column := Rows[struct {
		A *int64 `oid:"1.2"`
	}](t.Context(), a, entry)
	_, noEntry := Rows[site](t.Context(), a, "sites")
	for name, err := range map[string]error{"number": number, "untagged": untagged, "kind": kind, "no OID": noOID,
		"column": column, "no entry": noEntry} {
		if err == nil || sdk.Explain(err) != sdk.Unexplained {
			t.Errorf("%s: got %v, want an error that is nobody else's fault", name, err)
		}
	}
	if a.Requests() != 0 {
		t.Errorf("got %d requests, want none", a.Requests())
	}
}
