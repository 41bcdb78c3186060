package spool

import (
	"io/fs"
	"strings"
	"testing"

	"polycom.com/usagedata/core/durable"
)

// reading is a [durable.Disk] that counts the documents that are opened.
type reading struct {
	durable.Disk
	opened int
}

func (r *reading) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	if strings.HasSuffix(path, suffix) {
		r.opened++
	}
	return r.Disk.Open(path, flags, mode)
}

// SEND-5: to put a document, a spool does not open those that wait, however many there are.
func TestPutDoesNotOpenThoseThatWait(t *testing.T) {
	disk := &reading{Disk: durable.OS{}}
	s, err := Open(disk, t.TempDir(), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	var opened []int
	for n := range 24 {
		before := disk.opened
		put(t, s, n, "a document")
		opened = append(opened, disk.opened-before)
	}
	if second, last := opened[1], opened[len(opened)-1]; last != second {
		t.Errorf("got %d documents opened for the last Put, want %d, as for the second", last, second)
	}
}
