package shelf

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/collect/segment"
	"polycom.com/usagedata/collect/store"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

var hour = usage.PeriodFrom(time.Date(2026, 3, 1, 13, 0, 0, 0, time.UTC))

// folder is a store with segments.
type folder struct {
	*testing.T
	path string
	store.Store
}

func newFolder(t *testing.T) folder {
	path := filepath.Join(t.TempDir(), "store")
	s, err := store.OpenFolder(durable.OS{}, path, 0)
	if err != nil {
		t.Fatal(err)
	}
	return folder{t, path, s}
}

// put stores one segment, and returns its name.
func (f folder) put(product string, period usage.Period, received time.Time, documents ...string) string {
	var lines []segment.Line
	for i, text := range documents {
		lines = append(lines, segment.Line{
			ID: idOf(product, period, i), Received: received, SHA256: segment.Digest([]byte(text)), Document: text,
		})
	}
	packed, err := segment.Encode(lines)
	if err != nil {
		f.Fatal(err)
	}
	name := segment.Name(product, period, received, packed)
	if err := f.Create(f.Context(), name, packed); err != nil {
		f.Fatal(err)
	}
	return name
}

func idOf(product string, period usage.Period, n int) string {
	return fmt.Sprintf("%s-%s-%026d", product, period, n)
}

// COLL-1: a segment that cannot be read is told as damage, and neither hides the others nor their documents.
func TestUnreadable(t *testing.T) {
	f := newFolder(t)
	hit := f.put("dma", hour, hour.End, "1")
	f.put("dma", hour, hour.End.Add(time.Second), "2")
	path := filepath.Join(f.path, hit)
	if err := errors.Join(os.Chmod(path, 0o600), os.Truncate(path, 1<<30)); err != nil { // longer than any segment
		t.Fatal(err)
	}
	result, err := Verify(t.Context(), f)
	if err != nil || result.Documents != 1 || len(result.Damaged) != 1 || result.Damaged[0].Name != hit {
		t.Errorf("%+v %v", result, err)
	}
	found, err := Find(t.Context(), f, idOf("dma", hour, 0))
	if err != nil || len(found) != 1 || found[0].Document != "2" {
		t.Errorf("%+v %v", found, err)
	}
}

// COLL-1: damage and foreign objects are found and told, and cost only what they hit.
func TestVerify(t *testing.T) {
	f := newFolder(t)
	long := strings.Repeat("text ", 20000)
	hit := f.put("dma", hour, hour.End, "1"+long, "2"+long, "3"+long, "4"+long, "5"+long)
	f.put("dma", hour, hour.End.Add(time.Second), "whole")
	f.put("websuite", hour, hour.End, "whole too")
	result, err := Verify(t.Context(), f)
	if err != nil || result.Segments != 3 || result.Documents != 7 || len(result.Damaged) != 0 {
		t.Fatalf("%+v %v", result, err)
	}
	path := filepath.Join(f.path, hit)
	packed, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	packed[20] ^= 1
	for _, err := range []error{
		os.Chmod(path, 0o600), os.WriteFile(path, packed, 0o600),
		os.WriteFile(filepath.Join(f.path, "segments/dma/notes.txt"), nil, 0o600),
		os.Symlink("/etc/passwd", filepath.Join(f.path, "segments/dma/link")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	result, err = Verify(t.Context(), f)
	if err != nil || result.Documents != 4 || len(result.Damaged) != 3 {
		t.Fatalf("%+v %v", result, err)
	}
	for _, d := range result.Damaged {
		if (d.Left == 2) != (d.Name == hit) || errors.Is(d.Err, segment.ErrDamaged) != (d.Name == hit) {
			t.Errorf("%+v", d)
		}
	}
	found, err := Find(t.Context(), f, idOf("dma", hour, 4))
	if err != nil || len(found) != 1 || found[0].Document != "5"+long {
		t.Errorf("a document behind the damage: found %d times, %v", len(found), err)
	}
}

// Each id counts once: the earliest receipt, then the smaller digest.
func TestFind(t *testing.T) {
	f := newFolder(t)
	late, early := hour.End.Add(time.Hour), hour.End
	f.put("dma", hour, late, "a", "other")
	f.put("dma", hour, early, "b", "other")
	f.put("dma", hour, early, "c")
	f.put("dma", usage.PeriodFrom(hour.End), early, "another hour")
	found, err := Find(t.Context(), f, idOf("dma", hour, 0))
	if err != nil || len(found) != 3 {
		t.Fatalf("%+v %v", found, err)
	}
	first, second := "b", "c"
	if segment.Digest([]byte("c")) < segment.Digest([]byte("b")) {
		first, second = second, first
	}
	if found[0].Document != first || found[1].Document != second || found[2].Document != "a" {
		t.Errorf("%+v", found)
	}
	if found, err := Find(t.Context(), f, idOf("rmx", hour, 0)); err != nil || len(found) != 0 {
		t.Errorf("of another product: %v %v", found, err)
	}
	if _, err := Find(t.Context(), f, "../../etc/passwd"); err == nil {
		t.Errorf("an id that is none is looked for")
	}
}

// Segments go when their retention ends, those of every product, and none earlier.
func TestExpire(t *testing.T) {
	f := newFolder(t)
	now := hour.End.Add(45 * 24 * time.Hour)
	after := func(h int) usage.Period { return usage.PeriodFrom(hour.Start.Add(time.Duration(h) * time.Hour)) }
	var kept []string
	for _, product := range []string{"dma", "dma2", "websuite"} {
		for h := range 3 {
			f.put(product, after(-1-h), hour.End, "old")
			kept = append(kept, f.put(product, after(h), hour.End, "new"))
		}
	}
	// By a clock that is far ahead everything is past its retention.
	if removed, err := Expire(t.Context(), f, 45*24*time.Hour, now); !errors.Is(err, ErrClock) || removed != 0 {
		t.Errorf("without a recent segment: %d removed, %v", removed, err)
	}
	if removed, err := Expire(t.Context(), newFolder(t), 45*24*time.Hour, now); err != nil || removed != 0 {
		t.Errorf("an empty store: %d removed, %v", removed, err)
	}
	kept = append(kept, f.put("websuite", usage.LastPeriod(now), now, "recent"))
	if err := os.Symlink("/etc/passwd", filepath.Join(f.path, "segments/dma/link")); err != nil {
		t.Fatal(err)
	}
	removed, err := Expire(t.Context(), f, 45*24*time.Hour, now)
	if err != nil || removed != 9 {
		t.Errorf("%d removed, %v", removed, err)
	}
	var left []string
	for object, err := range f.List(t.Context(), segment.Root, "") {
		if err != nil { // the link
			continue
		}
		left = append(left, object.Name)
	}
	if strings.Join(left, "\n") != strings.Join(kept, "\n") {
		t.Errorf("left:\n%s\nwant:\n%s", strings.Join(left, "\n"), strings.Join(kept, "\n"))
	}
}
