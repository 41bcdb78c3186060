package snmp

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/gosnmp/gosnmp"

	"polycom.com/usagedata/core/sdk"
)

// known are the reasons that an answer may lead to.
var known = []sdk.Reason{
	sdk.NotOnRelease, sdk.Malformed, sdk.TimedOut, sdk.SourceFailed,
	sdk.NotPermitted, sdk.LoginRefused, sdk.Unexplained,
}

// FuzzAnswers checks that every answer gives a value or an error with a reason, and never a crash.
func FuzzAnswers(f *testing.F) {
	var answer atomic.Pointer[[]byte]
	address := responder(f, func(*gosnmp.SnmpPacket) [][]byte { return [][]byte{*answer.Load()} })
	v2 := map[string]any{"address": address, "community": file(f, 0o600, "canary")}
	v3 := map[string]any{"address": address, "version": "3", "user": "canary",
		"passphrases": file(f, 0o600, "canary-a\ncanary-b")}
	for _, seed := range seeds(f) {
		f.Add(false, seed)
		f.Add(true, seed)
	}
	f.Fuzz(func(t *testing.T, three bool, datagram []byte) {
		answer.Store(&datagram)
		settings := v2
		if three {
			settings = v3
		}
		a, log := opened(t, settings)
		made, err := a.connect()
		if err != nil {
			t.Fatal(err)
		}
		made.client.Timeout, made.client.Retries = 5*time.Millisecond, 0
		read, err := Read[sample](t.Context(), a)
		judge(t, err, log)
		if !utf8.ValidString(read.Text) || len(read.Text) > maxText {
			t.Errorf("got text %q, want none such", read.Text)
		}
		_, err = Rows[site](t.Context(), a, entry)
		judge(t, err, log)
	})
}

func judge(t *testing.T, err error, log *journal) {
	t.Helper()
	if err == nil {
		return
	}
	if !slices.Contains(known, sdk.Explain(err)) || !strings.HasPrefix(err.Error(), "read 1.3.6.") {
		t.Errorf("got %v, want an OID and one of %q", err, known)
	}
	silentAbout(t, err, log, "canary", "127.0.0.1")
}

// seeds returns answers to every request: number 0 fits all.
func seeds(t testing.TB) (all [][]byte) {
	var read []gosnmp.SnmpPDU
	for i := range 8 {
		read = append(read, numbered(base+"."+string(rune('1'+i))+".0", i))
	}
	texts := slices.Clone(read)
	texts[5] = gosnmp.SnmpPDU{Name: texts[5].Name, Type: gosnmp.OctetString, Value: "a text"}
	rows := []gosnmp.SnmpPDU{numbered(entry+".2.1", 1), numbered(entry+".3.1", 1), numbered(entry+".5.1", 1)}
	report := gosnmp.SnmpPDU{Name: ".1.3.6.1.6.3.15.1.1.3.0", Type: gosnmp.Counter32, Value: uint32(1)}
	for _, packet := range []gosnmp.SnmpPacket{
		{PDUType: gosnmp.GetResponse, Variables: append(read, read[0])},
		{PDUType: gosnmp.GetResponse, Variables: append(texts, read[0])},
		{PDUType: gosnmp.GetResponse, Variables: rows},
		{PDUType: gosnmp.GetResponse, Error: gosnmp.TooBig},
		{PDUType: gosnmp.Report, Variables: []gosnmp.SnmpPDU{report}},
	} {
		all = append(all, sends(t, packet)...)
	}
	return all
}
