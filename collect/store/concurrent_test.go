package store

import (
	"fmt"
	"io/fs"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"polycom.com/usagedata/collect/strictdisk"
	"polycom.com/usagedata/core/durable"
)

// slowDisk is a disk whose fsync of a folder takes 10 ms: names of the first half are durable then.
type slowDisk struct {
	durable.Disk
	syncs *atomic.Int64
}

type slowFolder struct {
	durable.File
	syncs *atomic.Int64
}

func (d slowDisk) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	f, err := d.Disk.Open(path, flags, mode)
	if err == nil && flags&syscall.O_DIRECTORY != 0 {
		return slowFolder{f, d.syncs}, nil
	}
	return f, err
}

func (f slowFolder) Sync() error {
	f.syncs.Add(1)
	time.Sleep(5 * time.Millisecond)
	err := f.File.Sync()
	time.Sleep(5 * time.Millisecond)
	return err
}

// COLL-1: creators in a folder share its fsyncs, and each returns only after one that began when its
// name was there.
func TestSharedFsync(t *testing.T) {
	for cut := range 60 {
		synctest.Test(t, func(t *testing.T) {
			disk := strictdisk.New(uint64(cut))
			syncs := new(atomic.Int64)
			f := openFolderAt(t, slowDisk{disk.Process(), syncs}, "/store", 0)
			create(t, f, "a/first", nil)
			syncs.Store(0)
			var creators sync.WaitGroup
			done := make([]bool, 30)
			for i := range done {
				creators.Go(func() {
					time.Sleep(time.Duration(i) * time.Millisecond)
					done[i] = f.Create(t.Context(), fmt.Sprint("a/", i), []byte("x")) == nil
				})
			}
			time.Sleep(time.Duration(cut)*time.Millisecond + 500*time.Microsecond)
			disk.Cut()
			creators.Wait()
			if n := syncs.Load(); n > 5 {
				t.Errorf("got %d fsyncs within 40 ms, each of which takes 10 ms", n)
			}
			after := openFolderAt(t, disk.Process(), "/store", 0)
			for i, done := range done {
				if err := wantContent(t.Context(), after, fmt.Sprint("a/", i), []byte("x")); done && err != nil {
					t.Errorf("power cut after %d ms: object %d: %v", cut, i, err)
				}
			}
		})
	}
}
