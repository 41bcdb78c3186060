package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// runPlace runs the process that writes a file, up to the last of the given orders.
func runPlace(path string, force bool, orders ...order) (replies []reply, code int) {
	in, feed := io.Pipe()
	out, answers := io.Pipe()
	ended := make(chan int)
	go func() {
		ended <- place(path, force, in, answers)
		in.Close() // the process is gone
		answers.Close()
	}()
	encoder, decoder := json.NewEncoder(feed), json.NewDecoder(out)
	for i := 0; ; i++ {
		var r reply
		if decoder.Decode(&r) != nil {
			break
		}
		replies = append(replies, r)
		if i == len(orders) || r.Problem != "" || encoder.Encode(orders[i]) != nil {
			break
		}
	}
	feed.Close() // the command ends, or was killed
	return replies, <-ended
}

// COLL-1: the file of an export appears whole, for its owner only, and when the command says so. A
// command that ends before, for any reason, leaves nothing. Another file is replaced only on request.
func TestTheFileAppearsWholeOrNever(t *testing.T) {
	content, appear := order{[]byte("content")}, order{}
	for _, tt := range []struct {
		name    string
		force   bool
		orders  []order
		problem string // the beginning of the last one
		want    string // content of the file afterwards
	}{
		{"new", false, []order{content, appear}, "", "content"},
		{"killed-at-first", false, nil, "", ""},
		{"killed-before-it-appears", false, []order{content}, "", ""},
		{"there", false, []order{content, appear}, "write the export: ", "former"},
		{"there", true, []order{content, appear}, "", "content"},
		{"there", true, []order{content}, "", "former"},
		{"folder", true, []order{content, appear}, "write the export: ", ""},
		{"link", true, []order{content, appear}, "write the export: ", "former"},
		{"missing/new", false, nil, "write the export: ", ""},
	} {
		dir := t.TempDir()
		if err := errors.Join(os.WriteFile(filepath.Join(dir, "there"), []byte("former"), 0o644),
			os.Symlink("there", filepath.Join(dir, "link")),
			os.Mkdir(filepath.Join(dir, "folder"), 0o755)); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, tt.name)
		replies, code := runPlace(path, tt.force, tt.orders...)
		last := replies[len(replies)-1]
		if !strings.HasPrefix(last.Problem, tt.problem) || (last.Problem == "") != (tt.problem == "") ||
			last.Problem != "" && (last.Hint == "" || !last.Usage) {
			t.Errorf("%s: got %+v, exit code %d", tt.name, last, code)
		}
		text, _ := os.ReadFile(path)
		info, err := os.Stat(path)
		if string(text) != tt.want || tt.want == "content" && (err != nil || info.Mode().Perm() != 0o600) {
			t.Errorf("%s: got content %q, %v", tt.name, text, info)
		}
		files, err := os.ReadDir(dir)
		want := 3
		if tt.name == "new" {
			want++
		}
		if err != nil || len(files) != want {
			t.Errorf("%s: got %v, %v", tt.name, files, err)
		}
	}
}

// COLL-1: a file that appears in the meantime is not replaced.
func TestAnotherFileInBetween(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new")
	file, err := openPlace(path, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(fill(file, []byte("content")), os.WriteFile(path, []byte("other"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := explainWrite(appear(file.Name(), path, false)); err == nil ||
		err.Error() != "write the export: the file exists by now" {
		t.Errorf("got %v", err)
	}
	if text, err := os.ReadFile(path); string(text) != "other" {
		t.Errorf("got %q, %v", text, err)
	}
}

// COLL-1: on standard output, a file that cannot hold the whole stays empty.
func TestExportToAFullFile(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	s := &toStream{out: full}
	if err := errors.Join(s.stage([]byte("content")), s.commit()); err == nil {
		t.Error("a full device: got no error")
	}
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	s = &toStream{out: file}
	if err := errors.Join(s.stage([]byte("content")), s.commit()); err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile(file.Name()); string(text) != "content" {
		t.Errorf("got %q, %v", text, err)
	}
}

// COLL-1: a command that is killed before it reads the first answer leaves nothing: the process must
// survive that its answer cannot be written.
func TestNobodyReadsTheAnswer(t *testing.T) {
	dir := t.TempDir()
	out, answers := io.Pipe()
	out.Close()
	if code := place(filepath.Join(dir, "new"), false, strings.NewReader(""), answers); code != exitFailed {
		t.Errorf("got exit code %d", code)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
		t.Errorf("got %v, %v, want no file", files, err)
	}
	if !signal.Ignored(syscall.SIGPIPE) {
		t.Error("a pipe that nobody reads ends the process")
	}
}
