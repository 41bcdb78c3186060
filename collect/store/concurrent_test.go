package store

import (
	"fmt"
	"io/fs"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"polycom.com/usagedata/collect/strictdisk"
	"polycom.com/usagedata/core/durable"
)

// slowDisk is a disk whose fsync of a folder takes 10 ms: names of the first half are durable then.
type slowDisk struct{ durable.Disk }

type slowFolder struct{ durable.File }

func (d slowDisk) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	f, err := d.Disk.Open(path, flags, mode)
	if err == nil && flags&syscall.O_DIRECTORY != 0 {
		return slowFolder{f}, nil
	}
	return f, err
}

func (f slowFolder) Sync() error {
	time.Sleep(5 * time.Millisecond)
	err := f.File.Sync()
	time.Sleep(5 * time.Millisecond)
	return err
}

// COLL-1: creators that share an fsync are told that their objects are durable only if their names were
// there when it began. They need few of them.
func TestSharedFsync(t *testing.T) {
	for cut := range 40 {
		synctest.Test(t, func(t *testing.T) {
			disk := strictdisk.New(uint64(cut))
			f := openFolderAt(t, slowDisk{disk.Process()}, "/store", 0)
			create(t, f, "a/first", nil)
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
			after := openFolderAt(t, disk.Process(), "/store", 0)
			for i, done := range done {
				if err := wantContent(t.Context(), after, fmt.Sprint("a/", i), []byte("x")); done && err != nil {
					t.Errorf("power cut after %d ms: object %d: %v", cut, i, err)
				}
			}
		})
	}
}
