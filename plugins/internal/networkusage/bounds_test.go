package networkusage

import (
	"errors"
	"io"
	"math"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"polycom.com/usagedata/core/sdk"
)

// SEND-5: if a file unpacks to more than the bound, reading stops at the bound, even if several
// files together reach it.
func TestBytesAreBounded(t *testing.T) {
	bomb := gzipped(t, []byte(top+strings.Repeat("a,29539500,1,1,1\n", 100_000)))
	if len(bomb) > 20_000 {
		t.Fatalf("got %d bytes, want few", len(bomb))
	}
	packed := file{"usage.csv.gz", bomb}
	files, err := openAll(folder(t, packed) + "/usage.csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer files.close()
	r := newReading(hour())
	r.left = 1_000_000
	if err := r.file(t.Context(), io.NewSectionReader(files[0], 0, files[0].info.Size())); !errors.Is(err, errTooMany) {
		t.Errorf("got %v, want it given up", err)
	}
	if r.cost.Rows > 1_000_000/17 {
		t.Errorf("got %d rows, want none beyond the bound", r.cost.Rows)
	}
}

// SEND-5: an unclosed quotation mark does not turn the rest of a file into one row.
func TestQuotesAreBounded(t *testing.T) {
	row := "a,29539500,1,1,1\n"
	export := exportAt(folder(t, file{"usage.csv", []byte(top + "\"" + row + strings.Repeat(row, 300_000))}))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got, err := export.Read(t.Context(), hour())
	runtime.ReadMemStats(&after)
	if err != nil || got.Rows+got.Repeated != 300_000 || got.LeftOut != 1 {
		t.Errorf("got %d rows and %d left out, %v, want all but one", got.Rows+got.Repeated, got.LeftOut, err)
	}
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 1_000_000 {
		t.Errorf("got %d bytes allocated, want it bounded", allocated)
	}
}

// If there are more scopes or files than the bounds allow, nothing is reported: a partial sum would
// be wrong.
func TestScopesAndFilesAreBounded(t *testing.T) {
	text := []byte(top)
	for scope := range maxScopes {
		text = append(append(text, strconv.Itoa(scope)...), ",29539500,1,1,1\n"...)
	}
	dir := folder(t, file{"usage.csv", text})
	if got, err := exportAt(dir).Read(t.Context(), hour()); err != nil || got.Scopes != maxScopes {
		t.Errorf("got %d scopes, %v, want %d", got.Scopes, err, maxScopes)
	}
	dir = folder(t, file{"usage.csv", append(text, "one more,29539500,1,1,1\n"...)})
	if got, err := exportAt(dir).Read(t.Context(), hour()); sdk.Explain(err) != sdk.Malformed {
		t.Errorf("got %d scopes, %v, want it refused", got.Scopes, err)
	}
	var files []file
	entries := map[string][]byte{}
	for i := range maxFiles + 1 {
		files = append(files, file{strconv.Itoa(i) + ".csv", []byte(top)})
		entries[strconv.Itoa(i)+".csv"] = []byte(top)
	}
	for _, files := range [][]file{files, {{"usage.zip", zipped(t, entries)}},
		{{"a.csv", []byte(top)}, {"b.zip", zipped(t, without(entries, "0.csv"))}}} {
		if _, err := exportAt(folder(t, files...)).Read(t.Context(), hour()); sdk.Explain(err) != sdk.Malformed {
			t.Errorf("%d files: got %v, want it refused", len(files), err)
		}
	}
	if _, err := exportAt(folder(t, files[1:]...)).Read(t.Context(), hour()); err != nil {
		t.Errorf("got %v, want %d files read", err, maxFiles)
	}
}

func without(entries map[string][]byte, name string) map[string][]byte {
	delete(entries, name)
	return entries
}

// SEND-5: the directory of an archive is not read if it is long, whatever its contents.
func TestAnArchivesDirectoryIsBounded(t *testing.T) {
	entries := map[string][]byte{"usage.csv": []byte(top + "a,29539500,1,1,1\n")}
	for i := range 2_000 {
		entries[strconv.Itoa(i)+".txt"] = nil
	}
	export := exportAt(folder(t, file{"usage.zip", zipped(t, entries)}))
	least := uint64(math.MaxUint64) // the runtime allocates at the same time
	for range 3 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := export.Read(t.Context(), hour())
		runtime.ReadMemStats(&after)
		least = min(least, after.TotalAlloc-before.TotalAlloc)
		if sdk.Explain(err) != sdk.Malformed {
			t.Errorf("got %v, want it refused", err)
		}
	}
	if least > 300_000 {
		t.Errorf("got %d bytes allocated, want few", least)
	}
}
