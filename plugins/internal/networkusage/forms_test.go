package networkusage

import (
	"bytes"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/unicode"

	standin "polycom.com/usagedata/test/appliance/networkusage"
)

func small() standin.Export {
	return standin.Export{Start: hour().Start.Add(-10 * time.Minute), Minutes: 80, Scopes: 60}
}

// All forms of an export give the same result.
func TestForms(t *testing.T) {
	plain := written(t, small())
	formed := func(change func(*standin.Export)) []byte {
		e := small()
		change(&e)
		return written(t, e)
	}
	half := bytes.LastIndexByte(plain[:len(plain)/2], '\n') + 1
	header := small().Header()
	later := append(bytes.Clone(header), plain[half:]...)
	table := map[string][]file{
		"plain":      {{"usage.csv", plain}},
		"semicolons": {{"usage.csv", formed(func(e *standin.Export) { e.Separator = ";" })}},
		"tabs":       {{"usage.csv", formed(func(e *standin.Export) { e.Separator = "\t" })}},
		"windows": {{"usage.csv",
			formed(func(e *standin.Export) { e.LineEnd, e.Before = "\r\n", "\ufeff" })}},
		"capitals":            {{"usage.csv", formed(func(e *standin.Export) { e.Upper = true })}},
		"gzip":                {{"usage.csv.gz", gzipped(t, plain)}},
		"gzip in parts":       {{"usage.csv.gz", append(gzipped(t, plain[:half]), gzipped(t, plain[half:])...)}},
		"gzip without a sign": {{"usage.csv", gzipped(t, plain)}},
		"zip": {{"usage.zip", zipped(t, map[string][]byte{"in/usage.csv": plain,
			"readme.txt": []byte("hello")})}},
		"zip of two": {{"usage.zip",
			zipped(t, map[string][]byte{"usage.csv": later, "usage.csv.1": plain[:half]})}},
		"rotated":            {{"usage.csv", later}, {"usage.csv.1", plain[:half]}, {"other.txt", []byte("hello")}},
		"rotated and packed": {{"usage.csv", later}, {"usage.csv.1.gz", gzipped(t, plain[:half])}},
		"rotated, new empty": {{"usage.csv", nil}, {"usage.csv.1", plain}},
		"put together":       {{"usage.csv", append(bytes.Clone(plain[:half]), later...)}},
		"being packed": {{"usage.csv", later}, {"usage.csv.1", plain[:half]},
			{"usage.csv.1.gz", gzipped(t, plain[:half])[:100]}},
		"lines without":   {{"usage.csv", append(bytes.Clone(plain), "\n\r\n"...)}},
		"UTF-16":          {{"usage.csv", inUTF16(t, plain)}},
		"for Excel":       {{"usage.csv", append([]byte("sep=,\r\n"), plain...)}},
		"zstd":            {{"usage.csv.1.zst", zstandard(t, plain)}},
		"cut off":         {{"usage.csv", append(make([]byte, 3*maxRow), plain...)}},
		"decimal commas":  {{"usage.csv", commas(formed(func(e *standin.Export) { e.Separator = ";" }))}},
		"spaces":          {{"usage.csv", spaced(formed(func(e *standin.Export) { e.Separator = "\t" }))}},
		"empty for none":  {{"usage.csv", bytes.ReplaceAll(plain, []byte(",-1,"), []byte(",n/a,"))}},
		"of many kinds":   {{"Usage.CSV", nil}, {"usage (1).csv", later}, {"usage.1.csv.gz", gzipped(t, plain[:half])}},
		"by another name": {{"usage.csv", later}, {"usage.csv.old", plain[:half]}},
	}
	want := known(small().Facts(hour().Start, hour().End))
	for name, files := range table {
		got, err := exportAt(folder(t, files...)).Read(t.Context(), hour())
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got)\n%s", name, err, diff)
		}
	}
}

func zstandard(t *testing.T, text []byte) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, w)
	return w.EncodeAll(text, nil)
}

func inUTF16(t *testing.T, text []byte) []byte {
	t.Helper()
	encoded, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes(text)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

// commas adds a fraction to each number of a table with semicolons.
func commas(text []byte) []byte {
	table := regexp.MustCompile(`;([0-9]{1,4})\b`)
	return table.ReplaceAll(text, []byte(";$1,0"))
}

// spaced puts a space before each field.
func spaced(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\t"), []byte("\t ")) }

// If two files have the same row, it counts once: the files may be copies, or exports of
// overlapping periods.
func TestOverlappingFiles(t *testing.T) {
	early, late := small(), small()
	early.Minutes = 50
	late.Start, late.Minutes = small().Start.Add(20*time.Minute), 60
	both := early.Facts(hour().Start, hour().End).Rows + late.Facts(hour().Start, hour().End).Rows
	for _, files := range [][]file{
		{{"b.csv", written(t, late)}, {"a.csv", written(t, early)}},
		{{"a.zip", zipped(t, map[string][]byte{"1.csv": written(t, late), "2.csv": written(t, early)})}},
	} {
		want := known(small().Facts(hour().Start, hour().End))
		want.Repeated = int64(both) - want.Rows
		got, err := exportAt(folder(t, files...)).Read(t.Context(), hour())
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v (-want +got)\n%s", err, diff)
		}
	}
}

// If two files differ, the newer one counts: it was written after the minute was over.
func TestTheNewestFileCounts(t *testing.T) {
	text := "name,date,calls_started\na,29539500,"
	dir := folder(t, file{"b.csv", []byte(text + "7\n")}, file{"a.csv", []byte(text + "5\n")})
	if got, err := exportAt(dir).Read(t.Context(), hour()); err != nil || *got.AllScopes.Started != 7 {
		t.Errorf("got %+v, %v, want 7 calls", got, err)
	}
}

// A file is read together with its rotated files, and with no other file of the folder.
func TestAFileAndItsRotatedOnes(t *testing.T) {
	row := func(minute string) []byte { return []byte("name,date,calls_started\na," + minute + ",1\n") }
	dir := folder(t, file{"usage.csv", row("29539500")}, file{"usage.csv.1", row("29539501")},
		file{"usage.csv-20260301.gz", gzipped(t, row("29539502"))},
		file{"usage.csv.tmp", row("29539503")}, file{"other.csv", row("29539504")})
	for range 2 { // the second time without the file itself, as in the middle of a rotation
		got, err := exportAt(dir+"/usage.csv").Read(t.Context(), hour())
		if err != nil || got.Rows != 3 {
			t.Errorf("got %d rows, %v, want 3", got.Rows, err)
		}
		if err := os.Rename(dir+"/usage.csv", dir+"/usage.csv.2"); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
}
