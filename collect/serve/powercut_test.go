package serve

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"polycom.com/usagedata/collect/batch"
	"polycom.com/usagedata/collect/receive"
	"polycom.com/usagedata/collect/shelf"
	"polycom.com/usagedata/collect/store"
	"polycom.com/usagedata/collect/strictdisk"
)

// COLL-1: whichever operation of the disk is the last before the power is cut, each document that was
// answered with 201 is stored, whole, and nothing else is.
func TestAnsweredIsStored(t *testing.T) {
	answered, lost := 0, 0
	for seed := range uint64(10) {
		for operations, stopped := 0, true; stopped; operations++ {
			disk := strictdisk.New(seed)
			disk.StopAfter(operations)
			accepted := send(t, disk, 5)
			stopped = disk.Cut()
			folder, err := store.OpenFolder(disk.Process(), "/store", 0)
			if err != nil {
				t.Fatal(err)
			}
			for n, yes := range accepted {
				id, body := document(n)
				found, err := shelf.Find(t.Context(), folder, id)
				if err != nil || yes && (len(found) != 1 || found[0].Document != body) {
					t.Fatalf("seed %d, %d operations: accepted, and stored %d times, %v",
						seed, operations, len(found), err)
				}
				if yes {
					answered++
				} else {
					lost++
				}
			}
			if result, err := shelf.Verify(t.Context(), folder); err != nil || len(result.Damaged) > 0 {
				t.Fatalf("seed %d, %d operations: %+v, %v", seed, operations, result, err)
			}
		}
	}
	if answered == 0 || lost == 0 {
		t.Errorf("%d answered, %d not: this test needs both", answered, lost)
	}
}

// send sends documents to a receiver on a disk that may stop, and reports which were accepted.
func send(t *testing.T, disk *strictdisk.Disk, documents int) []bool {
	accepted := make([]bool, documents)
	folder, err := store.OpenFolder(disk.Process(), "/store", 0)
	if errors.Is(err, strictdisk.ErrOff) {
		return accepted
	}
	if err != nil {
		t.Fatal(err)
	}
	batches := batch.New(batch.Options{
		Store: folder, Gather: time.Millisecond, GatherLate: time.Millisecond,
		Memory: 1 << 20, Patience: time.Minute, Writers: 2,
	})
	receiver := receive.New(receive.Options{Terms: receive.Terms{Kept: 45 * 24 * time.Hour}, Now: time.Now}, batches)
	var all sync.WaitGroup
	for n := range documents {
		all.Go(func() {
			text := request(n)
			head, body, _ := strings.Cut(text, "\r\n\r\n")
			r := httptest.NewRequest(http.MethodPut, strings.Fields(head)[1], strings.NewReader(body))
			for line := range strings.SplitSeq(head, "\r\n") {
				if name, value, is := strings.Cut(line, ": "); is {
					r.Header.Set(name, value)
				}
			}
			answer := httptest.NewRecorder()
			receiver.ServeHTTP(answer, r)
			if answer.Code != http.StatusCreated && answer.Code != http.StatusServiceUnavailable {
				t.Errorf("answered %d", answer.Code)
			}
			accepted[n] = answer.Code == http.StatusCreated
		})
	}
	all.Wait()
	batches.Close()
	return accepted
}
