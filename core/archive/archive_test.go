package archive

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/sent"
)

const (
	host  = "core-01.corp.example.com" // the appliance's host name
	plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-/"
)

// whole returns complete [Contents].
func whole(t *testing.T) Contents {
	t.Helper()
	dir := t.TempDir()
	at := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return Contents{
		Disk: durable.OS{}, Now: time.Date(2026, 3, 1, 14, 20, 7, 0, time.UTC),
		Analytics: at("analytics.json", "{\n  \"format\": \"usagedata/1\"\n}\n"),
		Journal: []string{at("j", `{"outcome":"decided","actor":"Ada \"the\" Admin","choice":"allowed"}`+"\n"+
			`{"outcome":"torn`+"\n"), at("j.1", `{"outcome":"spooled"}`+"\n")},
		Logs:          []string{at("l", "a line\non "+host+"\nanother\n"), at("l.1", "older\n")},
		Decision:      at("d", "{\n  \"choice\": \"allowed\",\n  \"actor\": \"Ada\"\n}\n"),
		History:       at("h", `{"choice":"allowed","actor":"Ada"}`+"\n"),
		Sent:          sent.Open(durable.OS{}, filepath.Join(dir, "sent"), sent.Bounds{Days: 30, Size: 1 << 20}),
		Configuration: "product: acme\n", Versions: "host 1.2.0\n", Dictionary: "# Data dictionary\n",
		Named:  func(line string) bool { return strings.Contains(line, host) },
		Person: func(name string) string { return fmt.Sprintf("user-%d", len(name)) },
	}
}

// unzipped writes an archive and returns its files, and their names in order.
func unzipped(t *testing.T, c Contents) (map[string]string, []string) {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, c); err != nil {
		t.Fatal(err)
	}
	in, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	files, names := map[string]string{}, []string{}
	for _, f := range in.File {
		from, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(from)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name], names = string(text), append(names, f.Name)
		// Only features that the tool of Windows knows: deflate, no encryption, no zip64, and of
		// the flags only the one that puts the sizes after the file.
		if f.Mode() != 0o640 || f.Method != zip.Deflate || f.Flags&^0x8 != 0 || f.ReaderVersion > 20 ||
			strings.Trim(f.Name, plain) != "" {
			t.Errorf("%s: mode %v, method %d, flags %x, version %d", f.Name, f.Mode(), f.Method, f.Flags,
				f.ReaderVersion)
		}
	}
	return files, names
}

// VIEW-2: analytics.json is at the top, byte for byte, followed by the other files, with matching
// checksums.
func TestArchive(t *testing.T) {
	c := whole(t)
	files, names := unzipped(t, c)
	want := []string{"analytics.json", "journal.jsonl", "journal.jsonl.1", "decisions.jsonl", "decision.json",
		"usagedata.log", "usagedata.log.1",
		"configuration.txt", "versions.txt", "dictionary.md", "README.txt", "SHA256SUMS"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	accepted, err := os.ReadFile(c.Analytics)
	if err != nil || files["analytics.json"] != string(accepted) {
		t.Errorf("analytics.json: got %q, %v want %q", files["analytics.json"], err, accepted)
	}
	for _, name := range names[:len(names)-1] {
		if line := fmt.Sprintf("%x  %s\n", sha256.Sum256([]byte(files[name])),
			name); !strings.Contains(files["SHA256SUMS"], line) {
			t.Errorf("SHA256SUMS: got %q want %q in it", files["SHA256SUMS"], line)
		}
	}
}

// ANON-1: the archive holds no line with a name of this appliance and no person's name, and says
// how much was withheld.
func TestLinesWithNamesAreWithheld(t *testing.T) {
	files, _ := unzipped(t, whole(t))
	for name, text := range files {
		if strings.Contains(text, host) || strings.Contains(text, "Ada") {
			t.Errorf("%s: got %s", name, text)
		}
	}
	for name, want := range map[string]string{
		"usagedata.log":   "a line\n" + withheldLine + "another\n",
		"journal.jsonl":   `{"outcome":"decided","actor":"user-15","choice":"allowed"}` + "\n" + withheldLine,
		"decisions.jsonl": `{"choice":"allowed","actor":"user-3"}` + "\n",
		"decision.json":   "{\n  \"choice\": \"allowed\",\n  \"actor\": \"user-3\"\n}\n",
	} {
		if files[name] != want {
			t.Errorf("%s: got %q want %q", name, files[name], want)
		}
	}
	if got := files["README.txt"]; !strings.Contains(got, "could not be read: 2.") {
		t.Errorf("README.txt: got %s", got)
	}
}

// A file that is missing, a link, hard-linked or not regular is not followed, and README.txt says
// so.
func TestMissing(t *testing.T) {
	c := whole(t)
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("a secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, create := range map[string]func(string) error{
		c.Analytics: os.Remove,
		c.Logs[0]:   func(path string) error { return errors.Join(os.Remove(path), os.Symlink(secret, path)) },
		c.Logs[1]:   func(path string) error { return errors.Join(os.Remove(path), os.Link(secret, path)) },
		c.History:   func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o750)) },
	} {
		if err := create(path); err != nil {
			t.Fatal(err)
		}
	}
	files, names := unzipped(t, c)
	for name, text := range files {
		if strings.Contains(text, "a secret") {
			t.Errorf("%s holds what a link led to", name)
		}
	}
	for _, want := range []string{"analytics.json: it does not exist.", "usagedata.log: it is a link.",
		"usagedata.log.1: it can't be read.", "decisions.jsonl: it can't be read."} {
		if !strings.Contains(files["README.txt"], "Missing: "+want) {
			t.Errorf("README.txt: got %s want %q", files["README.txt"], want)
		}
	}
	if names[0] != "journal.jsonl" {
		t.Errorf("got %v", names)
	}
}

// Other programs open the archive.
func TestOtherProgramsOpenTheArchive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "logs.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(Write(f, whole(t)), f.Close()); err != nil {
		t.Fatal(err)
	}
	const read = "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; " +
		"print(z.namelist()[0])"
	for _, args := range [][]string{{"unzip", "-t", path}, {"/usr/bin/python3", "-c", read, path}} {
		out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
		if err != nil || !strings.Contains(string(out), "analytics.json") {
			t.Errorf("%s: %v\n%s", args[0], err, out)
		}
	}
}

// broken is a writer that fails after so many bytes.
type broken int

func (b *broken) Write(text []byte) (int, error) {
	if *b -= broken(len(text)); *b < 0 {
		return 0, errors.New("no space left")
	}
	return len(text), nil
}

// Write returns an error wherever the archive breaks off.
func TestWriteErrorsAreReturned(t *testing.T) {
	var all bytes.Buffer
	c := whole(t)
	if err := Write(&all, c); err != nil {
		t.Fatal(err)
	}
	for size := 0; size < all.Len(); size += 101 {
		w := broken(size)
		if err := Write(&w, c); err == nil {
			t.Fatalf("%d of %d bytes: got no error", size, all.Len())
		}
	}
}

// VIEW-2: the archive has the documents that were sent, byte for byte, the newest first, without those of
// a former identity and without what is damaged.
func TestArchiveOfTheHistory(t *testing.T) {
	c := whole(t)
	id := func(hour int) string { return fmt.Sprintf("acme-20260301T%02d00Z-token", hour) }
	body := func(hour int) string { return fmt.Sprintf(`{"system": "system-%d", "hour": %d}`, hour/10, hour) }
	for hour := 8; hour < 14; hour++ {
		if err := c.Sent.Keep(id(hour), []byte(body(hour)), c.Now); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Truncate(filepath.Join(c.Sent.Dir(), id(12)+".json.gz"), 100); err != nil {
		t.Fatal(err)
	}
	files, names := unzipped(t, c)
	var got []string
	for _, name := range names {
		if strings.HasPrefix(name, "sent/") {
			got = append(got, name)
		}
	}
	want := []string{"sent/" + id(13) + ".json", "sent/" + id(11) + ".json", "sent/" + id(10) + ".json"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if got := files["sent/"+id(11)+".json"]; got != body(11) {
		t.Errorf("got %q want %q", got, body(11))
	}
	for _, says := range []string{"former identity: 2.", "Missing: sent/" + id(12) + ".json: it can't be read."} {
		if !strings.Contains(files["README.txt"], says) {
			t.Errorf("README.txt: got %s want %q", files["README.txt"], says)
		}
	}
}
