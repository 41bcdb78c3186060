package archive

import (
	"errors"
	"io"
	"os"
	"syscall"

	"polycom.com/usagedata/core/durable"
)

var errTooLong = errors.New("it is too long")

// open opens a plain file, follows no link and waits on no pipe. A file that has another name too is not taken either: root may be asked to make the
// archive, and the service's user could have linked something of root's there.
func open(disk durable.Disk, path string) (durable.File, error) {
	f, err := disk.Open(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
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

// bounded reads as much of a file as there is room for, and notes when that is not all.
func (a *writer) bounded(name string, in io.Reader) io.Reader {
	return &room{in: in, file: maxFile, all: &a.room, spent: func() { a.lacks(name+", all of it", errTooLong) }}
}

// room ends a file where its own bound or that of the archive is reached.
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
