package archive

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"

	"polycom.com/usagedata/core/durable"
)

var errTooLong = errors.New("it is too long")

// open opens a plain file. It follows no link and does not wait on a pipe. It refuses a file that
// has a second name: root may be asked to make the archive, and the service's user could have
// hard-linked a file of root's into the folder.
func (a *writer) open(path string) (durable.File, error) {
	f, err := a.contents.Disk.Open(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is not a plain file")
	}
	if err == nil {
		if is, ok := info.Sys().(*syscall.Stat_t); ok && is.Nlink > 1 {
			err = errors.New("it has more than one name")
		}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// document writes a file byte for byte, or not at all if it cannot be read.
func (a *writer) document(name, path string) {
	body, err := a.read(path)
	if err != nil {
		a.noteMissing(name, err)
		return
	}
	a.text(name, string(body))
}

// decision writes a JSON text with one member a line and each person replaced by a pseudonym. It
// writes nothing of a damaged one, because a name may be anywhere in it.
func (a *writer) decision(name, path string) {
	body, err := a.read(path)
	var (
		lines bytes.Buffer
		named struct{ Actor string }
	)
	if err == nil {
		err = cmp.Or(json.Unmarshal(body, &named), json.Indent(&lines, body, "", "  "))
	}
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) { // until somebody has decided, there is no file
			a.noteMissing(name, err)
		}
		return
	}
	out, done := a.entry(name)
	defer done()
	for line := range bytes.Lines(lines.Bytes()) {
		a.line(out, line, a.member)
	}
}

// read reads a file of at most maxDocument bytes.
func (a *writer) read(path string) ([]byte, error) {
	in, err := a.open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	body, err := io.ReadAll(io.LimitReader(in, maxDocument+1))
	if err == nil && len(body) > maxDocument {
		err = errTooLong
	}
	return body, err
}

// bounded reads as much of a file as there is room for, and notes if that is not all of it.
func (a *writer) bounded(name string, in io.Reader) io.Reader {
	return &room{in: in, file: maxFile, all: &a.room, spent: func() { a.noteMissing(name+" (in part)", errTooLong) }}
}

// room is a reader that ends when its file's bound or the bound of the archive is reached.
type room struct {
	in    io.Reader
	file  int64
	all   *int64
	spent func() // called once
	over  bool
}

func (r *room) Read(into []byte) (int, error) {
	left := min(r.file, *r.all)
	if left == 0 && !r.over {
		r.over = true
		if n, _ := r.in.Read(into[:min(1, len(into))]); n > 0 {
			r.spent()
		}
	}
	if left == 0 {
		return 0, io.EOF
	}
	n, err := r.in.Read(into[:min(left, int64(len(into)))])
	r.file, *r.all = r.file-int64(n), *r.all-int64(n)
	return n, err
}
