package carried

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"polycom.com/usagedata/collect/receive"
	"polycom.com/usagedata/collect/shelf"
	"polycom.com/usagedata/collect/store"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/handover"
	"polycom.com/usagedata/core/usage"
)

var now = time.Date(2026, 3, 10, 12, 30, 0, 0, time.UTC)

// document returns the one of n hours ago.
func document(n int, filling string) handover.Document {
	period := usage.PeriodFrom(usage.LastPeriod(now).Start.Add(-time.Duration(n) * time.Hour))
	id := fmt.Sprintf("dma-%s-%026d", period, 0)
	return handover.Document{ID: id, Body: fmt.Appendf(nil,
		`{"format": "usagedata/1", "id": %q, "product": {"id": "dma"}, "period": {"start": %q, "end": %q}, "filling": %q}`,
		id, period.Start.Format(time.RFC3339), period.End.Format(time.RFC3339), filling)}
}

func export(t *testing.T, documents ...handover.Document) []byte {
	var out bytes.Buffer
	w, err := handover.NewWriter(&out, "dma")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range documents {
		if err := w.Add(d); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func open(t *testing.T) store.Store {
	s, err := store.OpenFolder(durable.OS{}, filepath.Join(t.TempDir(), "store"), 0)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var options = Options{Terms: receive.Terms{Kept: 45 * 24 * time.Hour}, Now: now}

// COLL-1: documents that are brought are stored once each, in whatever order and however often the files
// come, and the receipt says so each time.
func TestOnceEach(t *testing.T) {
	s := open(t)
	var all []handover.Document
	for n := range 50 {
		all = append(all, document(n, "x"))
	}
	stored := 0
	for range 6 {
		some := all[rand.IntN(25):][:25]
		rand.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
		result, err := Import(t.Context(), s, bytes.NewReader(export(t, some...)), options)
		if err != nil || result.Stored+result.Known != 25 || len(result.Receipt.Documents) != 25 {
			t.Fatalf("%+v %v", result, err)
		}
		stored += result.Stored
		for i, d := range result.Receipt.Documents {
			if d.ID != some[i].ID || d.Result != handover.Accepted || d.SHA256 != handover.Digest(some[i].Body) {
				t.Errorf("in the receipt: %+v", d)
			}
		}
	}
	result, err := Import(t.Context(), s, bytes.NewReader(export(t, all...)), options)
	stored += result.Stored
	if err != nil || stored != 50 {
		t.Errorf("%d stored, %v", stored, err)
	}
	if there, err := shelf.Verify(t.Context(), s); err != nil || there.Documents != 50 || len(there.Damaged) > 0 {
		t.Errorf("the store has %+v, %v", there, err)
	}
	for _, d := range all {
		found, err := shelf.Find(t.Context(), s, d.ID)
		if err != nil || len(found) != 1 || found[0].Document != string(d.Body) {
			t.Errorf("%s: %d times, %v", d.ID, len(found), err)
		}
	}
}

// What is not taken is in the receipt with its reason; what may be taken later is not in it, and waits.
func TestWhatIsNotTaken(t *testing.T) {
	s := open(t)
	if _, err := Import(t.Context(), s, bytes.NewReader(export(t, document(5, "one"))), options); err != nil {
		t.Fatal(err)
	}
	wrong := document(3, "x")
	wrong.Body = bytes.Replace(wrong.Body, []byte("usagedata/1"), []byte("usagedata/9"), 1)
	file := export(t, document(1, "x"), document(46*24, "old"), document(-30, "ahead"), wrong, document(5, "two"))
	result, err := Import(t.Context(), s, bytes.NewReader(file), options)
	if err != nil || result.Stored != 1 || result.Later != 1 {
		t.Fatalf("%+v %v", result, err)
	}
	got := map[string]handover.Reason{}
	for _, d := range result.Receipt.Documents {
		got[d.ID] = d.Reason
	}
	want := map[string]handover.Reason{
		document(1, "").ID: handover.NoReason, document(46*24, "").ID: handover.TooOld,
		wrong.ID: handover.BadContent, document(5, "").ID: handover.OtherBody,
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	other := options
	other.Products = []string{"websuite"}
	if result, err := Import(t.Context(), s, bytes.NewReader(file), other); err != nil || result.Later != 5 {
		t.Errorf("of another product: %+v %v", result, err)
	}
}

// A damaged part of a file costs only itself.
func TestDamagedFile(t *testing.T) {
	s := open(t)
	var all []handover.Document
	for n := range 10 {
		all = append(all, document(n, "x"))
	}
	file := export(t, all...)
	file[len(file)/2] ^= 1
	result, err := Import(t.Context(), s, bytes.NewReader(file), options)
	if err != nil || result.Stored != 9 || len(result.Damaged) == 0 || len(result.Receipt.Documents) != 9 {
		t.Errorf("%+v %v", result, err)
	}
	if _, err := Import(t.Context(), s, bytes.NewReader([]byte("{}")), options); err == nil {
		t.Errorf("another file is taken for an export")
	}
}
