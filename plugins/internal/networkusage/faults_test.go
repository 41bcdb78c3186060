package networkusage

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
)

const top = "name,date,calls_started,avg_video_delay,calls_256Kbps\n"

// If a row is wrong, only that row is skipped, and it is counted.
func TestRowsThatAreWrong(t *testing.T) {
	const good, more = "a,29539500,2,1.5,4\n", "d,29539500,2,1.5,4\n"
	var many strings.Builder
	for scope := range 1000 {
		fmt.Fprintf(&many, "%d,29539500,2,1.5,4\n", scope)
	}
	table := map[string]struct {
		text                   string
		rows, started, leftOut int64
	}{
		"no end":             {good + "b,29539500,99,1,5", 1, 2, 0},
		"comma for point":    {good + "b,29539500,1,\"1,5\",5\n", 2, 3, 0},
		"comma of thousands": {good + "b,29539500,1,\"1,500\",5\n", 1, 2, 1},
		"words for none":     {good + "b,29539500, 3 ,NULL,-1.0\n", 2, 5, 0},
		"seconds":            {good + "b,1772370000,9,1,5\n", 1, 2, 1},
		"no number":          {good + "b,29539500,many,1,5\n", 1, 2, 1},
		"part of a call":     {good + "b,29539500,1.5,1,5\n", 1, 2, 1},
		"negative":           {good + "b,29539500,-2,1,5\n", 1, 2, 1},
		"huge":               {good + "b,29539500,99999999999999999999,1,5\n", 1, 2, 1},
		"none":               {good + "b,29539500,-1,,\n", 2, unknown, 0},
		"an empty cell":      {good + "b,29539500,,1,5\n", 2, unknown, 0},
		"NaN":                {good + "b,29539500,NaN,1,5\n", 2, unknown, 0},
		"no date":            {good + "b,yesterday,9,1,5\n", 1, 2, 1},
		"negative date":      {good + "b,-1,9,1,5\n", 1, 2, 1},
		"milliseconds":       {good + "b,1772370000000,9,1,5\n", 1, 2, 1},
		"too few":            {good + "b,29539500,9,1\n", 1, 2, 1},
		"too many":           {good + "b,29539500,9,1,5,6\n", 1, 2, 1},
		"separator in name":  {good + "b, c,29539500,9,1,5\n", 1, 2, 1},
		"quoted":             {good + `"b, ""c""","29539500","9","1","5"` + "\n", 2, 11, 0},
		"quote inside":       {good + `b "c" d,29539500,9,1,5` + "\n", 2, 11, 0},
		"line break":         {good + "\"b\r\nc\",29539500,9,1,5\n" + more, 3, 13, 0},
		"never closed":       {good + "\"b,29539500,9,1,5\n" + more + "e" + more, 3, 6, 1},
		"closed far behind": {good + "\"b,29539500,9,1,5\n" + many.String() + "\"c\",29539500,9,1,5\n",
			1002, 2011, 1},
		"behind quotes":  {good + `"b" c,29539500,9,1,5` + "\n" + more, 2, 4, 1},
		"long line":      {good + strings.Repeat("b", maxRow+1) + ",29539500,9,1,5\n" + more, 2, 4, 1},
		"long last line": {good + strings.Repeat("b", 3*maxRow), 1, 2, 0},
		"zero bytes":     {good + strings.Repeat("\x00", 100) + "\n", 1, 2, 1},
		"other hour":     {good + "b,29539499,many,1\n", 1, 2, 0},
	}
	for name, tt := range table {
		got, err := exportAt(folder(t, file{"usage.csv", []byte(top + tt.text)})).Read(t.Context(), hour())
		if err != nil || got.Rows != tt.rows || startedOf(got) != tt.started || got.LeftOut != tt.leftOut {
			t.Errorf("%s: got %+v, %v, want %d rows, %d calls, %d left out",
				name, got, err, tt.rows, tt.started, tt.leftOut)
		}
	}
}

// unknown represents an unknown sum.
const unknown = -1

// startedOf returns the sum of started calls, or [unknown] if the usage says that the sum is
// unknown.
func startedOf(u Usage) int64 {
	switch said := slices.Contains(u.Partial, "all_scopes") || slices.Contains(u.Partial, "all_scopes.calls_started"); {
	case u.AllScopes != nil && u.AllScopes.Started != nil && !said:
		return *u.AllScopes.Started
	case u.AllScopes == nil && u.BusiestScope == nil && said:
		return unknown
	}
	return -2
}

// If some rows lack a value, its total is unknown, and the result says so. A share above a hundred
// is rejected. Other values are not affected.
func TestPartialColumnsAreMissing(t *testing.T) {
	const columns = "name,date,calls_started,calls_ended,gold_calls,audio_calls," +
		"calls_256Kbps,calls_9Mbps,calls_8Mbps,bandwidth_usage_percentage," +
		"packet_loss_percent,avg_video_delay,avg_audio_delay\n"
	for row, want := range map[string][]string{
		"b,29539500,1,1,1,1,1,1,1,50,0.7,1,1":  nil,
		"b,29539500,,1,1,1,1,1,1,50,1,1,1":     {"all_scopes.calls_started", "busiest_scope.calls_started"},
		"b,29539500,1,1,-1,1,1,1,1,50,1,1,1":   {"peak_gold_calls"},
		"b,29539500,1,1,1,null,1,1,1,50,1,1,1": {"audio_delay", "packet_loss", "peak_audio_calls"},
		"b,29539500,1,1,1,1,1,1,,50,1,1,1": {"audio_delay", "packet_loss", "peak_calls_by_bandwidth",
			"video_delay"},
		"b,29539500,1,1,1,1,1,1,1,101,1,1,1":   {"peak_bandwidth_percent"},
		"b,29539500,1,1,1,1,1,1,1,50,150,1,1":  {"packet_loss"},
		"b,29539500,1,1,1,1,1,1,1,-1,-1,-1,-1": nil,
	} {
		text := columns + "a,29539500,2,2,2,2,2,2,2,50,0.7,2,2\n" + row + "\n"
		got, err := exportAt(folder(t, file{"usage.csv", []byte(text)})).Read(t.Context(), hour())
		if err != nil || got.Rows != 2 || !slices.Equal(got.Partial, want) {
			t.Errorf("%s: got %+v, %v, want %v partial", row, got, err, want)
		}
		for name, there := range map[string]bool{"all_scopes.calls_started": got.AllScopes.Started != nil,
			"busiest_scope.calls_started": got.BusiestScope.Started != nil, "peak_gold_calls": got.PeakGoldCalls != nil,
			"peak_audio_calls": got.PeakAudioCalls != nil, "peak_calls_by_bandwidth": got.PeakCallsByBandwidth != nil,
			"peak_bandwidth_percent": got.PeakBandwidthPercent != nil, "packet_loss": got.PacketLoss != nil,
			"video_delay": got.VideoDelay != nil, "audio_delay": got.AudioDelay != nil,
			"all_scopes.calls_ended": got.AllScopes.Ended != nil} {
			if there == slices.Contains(want, name) {
				t.Errorf("%s: got %s there %v", row, name, there)
			}
		}
	}
}

// A number is sent as it was measured.
func TestNumbersAreExact(t *testing.T) {
	for text, want := range map[string]float64{"0.7": 0.7, "0,3": 0.3, "99.95": 99.95,
		"1000000000.123456": 1000000000.123456, "0.12345678": 0.123456, "5.0": 5} {
		if got, ok := number([]byte(text)); !ok || got != want {
			t.Errorf("%s: got %v, %v, want %v", text, got, ok, want)
		}
	}
}

// The same scope and minute counts once, also within one file, and lines before the header are
// skipped.
func TestOneFileHasRowsTwice(t *testing.T) {
	text := "\n# made by hand\n  \n" + top + "a,29539500,2,1.5,4\n" + "b,29539500,3,1.5,4\n"
	for copies := range int64(3) {
		whole := []byte(strings.Repeat(text, int(copies)+1))
		got, err := exportAt(folder(t, file{"usage.csv", whole})).Read(t.Context(), hour())
		if err != nil || got.Rows != 2 || got.Repeated != 2*copies || startedOf(got) != 5 {
			t.Errorf("%d copies: got %+v, %v, want two rows", copies, got, err)
		}
	}
}

// A mean has fractions and is weighted by calls. Rows without calls, or without a value, do not
// affect it.
func TestQuality(t *testing.T) {
	text := "name,date,avg_video_delay,max_video_delay,calls_256Kbps,calls_1Gbps,calls_2Gbps\n" +
		"a,29539500,1.5,2,1,0,0\n" + "a,29539501,10,12,1,1,1\n" +
		"a,29539502,1000,2000,0,0,0\n" + "a,29539503,,,7,0,0\n"
	got, err := exportAt(folder(t, file{"usage.csv", []byte(text)})).Read(t.Context(), hour())
	if err != nil || got.VideoDelay == nil || got.AudioDelay != nil {
		t.Fatalf("got %+v, %v, want a video delay alone", got, err)
	}
	if *got.VideoDelay.Mean != 7.9 || *got.VideoDelay.Max != 12 || got.PeakCallsByBandwidth["other"] != 2 {
		t.Errorf("got mean %v, max %v, other %d, want (1.5+3*10)/4, 12 and 2",
			*got.VideoDelay.Mean, *got.VideoDelay.Max, got.PeakCallsByBandwidth["other"])
	}
}

// S10: each of the files that an export was rotated into is read, or counted as unread, in a folder
// and next to a configured file. If one is odd, only that file is unread.
func TestOneDamagedFileOfMany(t *testing.T) {
	row := func(minute int) []byte {
		return fmt.Appendf(nil, "name,date,calls_started\na,%d,1\n", 29539500+minute)
	}
	good := []file{{"usage.csv", row(0)}, {"usage-20260301.csv", row(1)}, {"usage.1.csv", row(2)},
		{"usage.csv.old", row(3)}, {"usage.csv_20260301", row(4)}, {"usage.csv.5.bz2", unwritten(t, bzip)}}
	damaged := gzipped(t, bytes.Repeat(row(9), 2000))
	damaged[len(damaged)-1] ^= 0xff
	for name, tt := range map[string]struct {
		odd    file
		unread int64
	}{
		"none":               {file{"usage.csv.tmp", row(9)}, 0},
		"copy":               {file{"usage.csv~", row(0)}, 0},
		"xz":                 {file{"usage.csv.1.xz", unwritten(t, xz)}, 1},
		"xz by a wrong name": {file{"usage.csv.1.gz", unwritten(t, xz)}, 1},
		"gzip without end":   {file{"usage.csv.2.gz", gzipped(t, bytes.Repeat(row(9), 20))[:60]}, 1},
		"damaged gzip":       {file{"usage.csv.2.gz", damaged}, 1},
		"damaged zip":        {file{"usage.csv.2.zip", zipped(t, map[string][]byte{"usage.csv": row(9)})[:50]}, 1},
		"no header":          {file{"usage.csv.2", []byte("a,29539509,1\n")}, 1},
		"cut off, no header": {file{"usage.csv.2", append(make([]byte, 1<<20), "a,29539509,1\n"...)}, 1},
		"other table":        {file{"usage.csv.2", []byte("name,colour\na,red\n")}, 1},
		"column twice":       {file{"usage.csv.2", []byte("name,date,calls_ended,calls_ended\na,29539509,1,1\n")}, 1},
		"other archive":      {file{"usage.csv.2.7z", []byte("7z\xbc\xaf\x27\x1c")}, 1},
	} {
		dir := folder(t, append([]file{tt.odd}, good...)...)
		for _, path := range []string{dir, dir + "/usage.csv"} {
			got, err := exportAt(path).Read(t.Context(), hour())
			if err != nil || got.Rows != 6 || *got.AllScopes.Started != 6 || got.Unread != tt.unread ||
				got.LeftOut != 0 {
				t.Errorf("%s: got %+v, %v, want 6 rows and %d files not read", name, got, err, tt.unread)
			}
		}
	}
}

// These are compressed forms of a row of the sixth minute, for which there is no writer here.
const (
	bzip = "QlpoOTFBWSZTWe+y8w8AAA9bgAAQAAR6IAAArgccACAAMUyYmQZGET1NDRiDI1kVyrggikqw2/TxnBwOQNCsMc/F3JFOFCQ77LzDwA=="
	xz   = "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAkbmFtZSxkYXRlLGNhbGxzX3N0YXJ0ZWQKYSwyOTUzOTUwNSwx" +
		"CgAAAAD89ZbsBfiFlQABPSXSKWoBH7bzfQEAAAAABFla"
)

func unwritten(t *testing.T, text string) []byte {
	t.Helper()
	packed, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return packed
}

// If an entry of an archive is odd, only that entry is unread.
func TestOneDamagedEntryOfAnArchive(t *testing.T) {
	good := []byte("name,date,calls_started\na,29539500,1\n")
	archive := zipped(t, map[string][]byte{"usage.csv": good, "usage.csv.1": []byte("<html>"), "readme.txt": nil})
	got, err := exportAt(folder(t, file{"usage.zip", archive})).Read(t.Context(), hour())
	if err != nil || got.Rows != 1 || got.Unread != 1 {
		t.Errorf("got %+v, %v, want a row and an entry not read", got, err)
	}
}

// A file with two names is read once. If a link is broken, only that link is unread.
func TestLinks(t *testing.T) {
	dir := folder(t, file{"usage.csv", []byte("name,date,calls_started\na,29539500,1\n")})
	if err := errors.Join(os.Link(dir+"/usage.csv", dir+"/usage.csv.1"), os.Symlink("usage.csv", dir+"/usage.csv.2"),
		os.Symlink("gone", dir+"/usage.csv.3"), os.Symlink("usage.csv.4", dir+"/usage.csv.4"),
		syscall.Mkfifo(dir+"/usage.csv.5", 0o600), os.Mkdir(dir+"/usage.csv.6", 0o700)); err != nil {
		t.Fatal(err)
	}
	got, err := exportAt(dir+"/usage.csv").Read(t.Context(), hour())
	if err != nil || got.Rows != 1 || got.Repeated != 0 || got.Unread != 2 {
		t.Errorf("got %+v, %v, want one row, and two links not read", got, err)
	}
}

// An export without rows of the period is not an export of zeros.
func TestNothingOfThePeriod(t *testing.T) {
	for name, text := range map[string]string{"header only": top, "other hours": top +
		"a,29539499,5,1,1\na,29539560,5,1,1\n"} {
		got, err := exportAt(folder(t, file{"usage.csv", []byte(text)})).Read(t.Context(), hour())
		if err != nil || got.Rows != 0 || got.AllScopes != nil || got.PeakGoldCalls != nil ||
			got.PeakCallsByBandwidth != nil {
			t.Errorf("%s: got %+v, %v, want no rows and nothing else", name, got, err)
		}
	}
}

// If a file is not an export, the error has a reason and no name.
func TestFilesThatAreNotAnExport(t *testing.T) {
	const row = "Klinik,29539500,1,1,1\n"
	whole := zipped(t, map[string][]byte{"usage.csv": []byte(strings.Repeat(top+row, 100))})
	flipped := bytes.Clone(whole)
	flipped[60] ^= 0xff
	table := map[string]struct {
		name string
		text []byte
	}{
		"nothing at all":      {"usage.csv", nil},
		"a page":              {"usage.csv", []byte("<!DOCTYPE html>\n<h1>Klinik</h1>\n")},
		"other columns":       {"usage.csv", []byte("name,date,colour\nKlinik,1,2\n")},
		"no date":             {"usage.csv", []byte("name,calls_started\nKlinik,1\n")},
		"no name":             {"usage.csv", []byte("date,calls_started\n29539500,1\n")},
		"a column twice":      {"usage.csv", []byte("name,date,calls_started,Calls_Started\nKlinik,29539500,1,2\n")},
		"header without end":  {"usage.csv", []byte(strings.TrimSpace(top))},
		"header is long":      {"usage.csv", []byte(strings.Repeat("x", maxRow+1) + "\n" + top + row)},
		"every row is wrong":  {"usage.csv", []byte(top + "Klinik,29539500,many,1,1\n")},
		"gzip without end":    {"usage.csv.gz", gzipped(t, []byte(strings.Repeat(top+row, 100)))[:60]},
		"gzip of nothing":     {"usage.csv.gz", []byte("\x1f\x8b")},
		"zip without end":     {"usage.zip", whole[:len(whole)/2]},
		"zip that is damaged": {"usage.zip", flipped},
		"utf-16":              {"usage.csv", []byte("\xff\xfen\x00a\x00m\x00e\x00,\x00d\x00a\x00t\x00e\x00\n\x00")},
	}
	for name, tt := range table {
		export, log := logged(folder(t, file{tt.name, tt.text}))
		got, err := export.Read(t.Context(), hour())
		if sdk.Explain(err) != sdk.Malformed {
			t.Errorf("%s: got %+v, %v, want it malformed", name, got, err)
		}
		if err != nil && (strings.Contains(err.Error(), "Klinik") || strings.Contains(err.Error(), "usage.csv")) ||
			strings.Contains(log.String(), "Klinik") {
			t.Errorf("%s: got error %v and log %s, want no name in them", name, err, log)
		}
	}
}

// The source may be missing or not readable.
func TestReasons(t *testing.T) {
	dir := folder(t, file{"other.txt", []byte(top)})
	locked := folder(t, file{"usage.csv", []byte(top)})
	if err := syscall.Mkfifo(dir+"/pipe.csv", 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]sdk.Reason{
		dir: sdk.NotFound, dir + "/none.csv": sdk.NotFound, dir + "/none/usage.csv": sdk.NotFound,
		dir + "/pipe.csv":            sdk.NotFound,
		dir + "/other.txt/usage.csv": sdk.SourceFailed,
	} {
		if got, err := exportAt(path).Read(t.Context(), hour()); sdk.Explain(err) != want {
			t.Errorf("%s: got %+v, %v, want %s", strings.TrimPrefix(path, dir), got, err, want)
		}
	}
	ended, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	if _, err := exportAt(locked).Read(ended, hour()); sdk.Explain(err) != sdk.TimedOut {
		t.Errorf("got %v, want it timed out", err)
	}
	unconfigured := Open(sdktest.Env(t, sdktest.On{Root: "/"}))
	if _, err := unconfigured.Read(t.Context(), hour()); sdk.Explain(err) != sdk.NotConfigured {
		t.Errorf("got %v, want it not configured", err)
	}
	long := hour()
	long.End = long.End.Add(1)
	if _, err := exportAt(locked).Read(t.Context(), long); err == nil {
		t.Error("got no error, want a period of more than an hour refused")
	}
}

// If only others may read a file, the reason is not permitted. Root may read every file, so this
// test calls [failed] itself.
func TestNotPermitted(t *testing.T) {
	err := failed(&os.PathError{Op: "open", Path: "/srv/klinik", Err: syscall.EACCES})
	if sdk.Explain(err) != sdk.NotPermitted || strings.Contains(err.Error(), "klinik") {
		t.Errorf("got %v, want it not permitted, without the path", err)
	}
}
