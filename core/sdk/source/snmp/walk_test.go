package snmp

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gosnmp/gosnmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/test/appliance/snmpd"
)

type cell struct {
	N *int64 `oid:"3"`
}

// If an agent says once that an answer is too big, later requests are smaller, too.
func TestAWalkWithTooBigAnswers(t *testing.T) {
	const rows, bearable = 50, 7
	column := entry + ".3"
	a, _ := opened(t, responding(t, func(r *gosnmp.SnmpPacket) [][]byte {
		if r.MaxRepetitions > bearable {
			return complains(t, r, gosnmp.TooBig, 0)
		}
		last, _ := strconv.Atoi(strings.TrimPrefix(r.Variables[0].Name, "."+column+"."))
		var answer []gosnmp.SnmpPDU
		for i := last + 1; i <= last+int(r.MaxRepetitions); i++ {
			if i > rows {
				return says(t, r, append(answer, numbered(base+".10.0", 1))...)
			}
			answer = append(answer, numbered(column+"."+strconv.Itoa(i), 1))
		}
		return says(t, r, answer...)
	}))
	got, err := Rows[cell](t.Context(), a, entry)
	if most := 1 + rows/5 + 1; err != nil || len(got) != rows || a.Requests() > most {
		t.Errorf("got %d rows in %d requests, %v, want %d in at most %d", len(got), a.Requests(), err, rows, most)
	}
}

// SEND-5: a walk ends, however the agent behaves.
func TestWalksThatWouldNotEnd(t *testing.T) {
	column := entry + ".3"
	table := []struct {
		name   string
		answer func(asked string) []gosnmp.SnmpPDU
		want   sdk.Reason
	}{
		{"the same row again", func(string) []gosnmp.SnmpPDU { return []gosnmp.SnmpPDU{numbered(column+".5", 1)} },
			sdk.Malformed},
		{"backwards", func(string) []gosnmp.SnmpPDU {
			return []gosnmp.SnmpPDU{numbered(column+".5", 1), numbered(column+".4", 1)}
		}, sdk.Malformed},
		{"up to the column itself", func(string) []gosnmp.SnmpPDU { return []gosnmp.SnmpPDU{numbered(column, 1)} },
			sdk.NotOnRelease},
		{"more than was asked for", func(asked string) []gosnmp.SnmpPDU {
			if asked != "."+column {
				return []gosnmp.SnmpPDU{numbered(base+".10.0", 1)}
			}
			var many []gosnmp.SnmpPDU
			for i := range firstRepetitions + 1 {
				many = append(many, numbered(column+"."+strconv.Itoa(i), i))
			}
			return many
		}, sdk.Malformed},
		{"one row at a time, for ever", func(asked string) []gosnmp.SnmpPDU {
			return []gosnmp.SnmpPDU{numbered(column+"."+after(asked), 1)}
		}, sdk.Unexplained},
	}
	for _, row := range table {
		a, log := opened(t,
			responding(t, func(r *gosnmp.SnmpPacket) [][]byte {
				return says(t, r, row.answer(r.Variables[0].Name)...)
			}))
		got, err := Rows[cell](t.Context(), a, entry)
		if err == nil || sdk.Explain(err) != row.want || got != nil {
			t.Errorf("%s: got %v, %v, want %q", row.name, got, err, row.want)
		}
		if a.Requests() > maxRequests {
			t.Errorf("%s: got %d requests, want at most %d", row.name, a.Requests(), maxRequests)
		}
		silentAbout(t, err, log, "canary", "127.0.0.1")
	}
}

// after returns the row that follows.
func after(asked string) string {
	n, _ := strconv.Atoi(asked[strings.LastIndexByte(asked, '.')+1:])
	return strconv.Itoa(n + 1)
}

// If an agent stops half-way, the rows before must not pass for the complete table.
func TestAnAgentThatStopsHalfWay(t *testing.T) {
	d := daemon(t, snmpd.Config{Objects: table(700)})
	a, _ := opened(t, sources(t, d))
	asked := 0
	c := a.connect
	a.connect = func() (*session, error) { // called once for each request
		if asked++; asked == 5 {
			if err := d.Stop(); err != nil {
				t.Error(err)
			}
			made, err := c()
			made.client.Timeout = hasty
			return made, err
		}
		return c()
	}
	got, err := Rows[site](t.Context(), a, entry)
	if sdk.Explain(err) != sdk.TimedOut || got != nil || asked != 5 {
		t.Errorf("got %d rows, %v after %d requests, want %q after 5", len(got), err, asked, sdk.TimedOut)
	}
	waits(t, a, requestTimeout)
	if err := d.Continue(); err != nil {
		t.Fatal(err)
	}
	if got, err := Rows[site](t.Context(), a, entry); err != nil || len(got) != 700 {
		t.Errorf("when it went on: got %d rows, %v, want 700", len(got), err)
	}
}

// The end of the MIB is the end of a table.
func TestTheEndOfTheMIB(t *testing.T) {
	row := numbered(entry+".3.1", 7)
	a, _ := opened(t, responding(t, func(r *gosnmp.SnmpPacket) [][]byte {
		if r.Variables[0].Name == row.Name {
			return says(t, r, gosnmp.SnmpPDU{Name: row.Name, Type: gosnmp.EndOfMibView})
		}
		return says(t, r, row)
	}))
	got, err := Rows[cell](t.Context(), a, entry)
	if diff := cmp.Diff([]cell{{at(int64(7))}}, got); diff != "" || err != nil {
		t.Errorf("got %v, (-want +got)\n%s", err, diff)
	}
}
