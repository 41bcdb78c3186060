package batch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"polycom.com/usagedata/collect/segment"
	"polycom.com/usagedata/core/usage"
)

// The coder makes its channels when it is first used, and a bubble of synctest must not own them.
var _, _ = segment.Encode([]segment.Line{{}})

// disk is a store in memory whose writes take a second, or as long as it says, and fail on command.
type disk struct {
	takes    time.Duration
	mu       sync.Mutex
	segments map[string]int // the number of documents by name
	fail     error
}

func (d *disk) Create(_ context.Context, name string, packed []byte) error {
	time.Sleep(cmp.Or(d.takes, time.Second))
	lines, err := segment.Decode(name, packed)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fail != nil || err != nil {
		return errors.Join(d.fail, err)
	}
	if d.segments == nil {
		d.segments = map[string]int{}
	}
	d.segments[name] = len(lines)
	return nil
}

func (d *disk) count() (segments, documents int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, n := range d.segments {
		documents += n
	}
	return len(d.segments), documents
}

func options(d *disk) Options {
	return Options{
		Store: d, Gather: 2 * time.Second, GatherLate: 10 * time.Second,
		Memory: 1 << 20, Patience: time.Minute, Writers: 4,
	}
}

func line(product string, period usage.Period, n int) segment.Line {
	text := fmt.Sprintf("document %d", n)
	return segment.Line{
		ID:       fmt.Sprintf("%s-%s-%026d", product, period, n),
		Received: time.Now().UTC().Truncate(time.Second), SHA256: segment.Digest([]byte(text)), Document: text,
	}
}

// COLL-1: one write acknowledges all documents of a batch, and none before it has ended.
func TestAcknowledgedAfterTheWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{}
		batches := New(options(d))
		period := usage.LastPeriod(time.Now())
		var acknowledged sync.WaitGroup
		began := time.Now()
		for i := range 10 {
			acknowledged.Go(func() {
				time.Sleep(time.Duration(i) * 100 * time.Millisecond)
				if err := batches.Add("dma", period, line("dma", period, i)); err != nil {
					t.Error(err)
				}
				if _, documents := d.count(); documents != 10 {
					t.Errorf("acknowledged when %d documents were stored", documents)
				}
			})
		}
		acknowledged.Wait()
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("acknowledged after %v: want 2 s to gather and 1 s to write", took)
		}
		if segments, _ := d.count(); segments != 1 {
			t.Errorf("%d segments", segments)
		}
		batches.Close()
	})
}

// Late documents are gathered for longer; each product and hour has segments of its own.
func TestLateOnesAreGatheredForLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{}
		batches := New(options(d))
		last := usage.LastPeriod(time.Now())
		late := usage.PeriodFrom(last.Start.Add(-time.Hour))
		for _, want := range []struct {
			product string
			period  usage.Period
			after   time.Duration
		}{{"dma", last, 3 * time.Second}, {"rmx", last, 3 * time.Second}, {"dma", late, 11 * time.Second}} {
			go func() {
				began := time.Now()
				if err := batches.Add(want.product, want.period, line(want.product, want.period, 1)); err != nil {
					t.Error(err)
				}
				if took := time.Since(began); took != want.after {
					t.Errorf("%s %s: after %v, want %v", want.product, want.period, took, want.after)
				}
			}()
		}
		time.Sleep(time.Minute)
		if segments, documents := d.count(); segments != 3 || documents != 3 {
			t.Errorf("%d documents in %d segments", documents, segments)
		}
		batches.Close()
	})
}

// A full batch does not wait.
func TestFullBatchIsWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{}
		batches := New(options(d))
		period := usage.LastPeriod(time.Now())
		began := time.Now()
		var all sync.WaitGroup
		for i := range maxDocuments {
			all.Go(func() {
				if err := batches.Add("dma", period, line("dma", period, i)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if took := time.Since(began); took != time.Second {
			t.Errorf("after %v", took)
		}
		batches.Close()
	})
}

// While a batch is written, the next one of the same product and hour takes more documents, for a second
// at most.
func TestBatchGrowsDuringAWrite(t *testing.T) {
	for takes, want := range map[time.Duration]int{600 * time.Millisecond: 4, time.Hour: 3} {
		synctest.Test(t, func(t *testing.T) {
			d := &disk{takes: takes}
			o := options(d)
			o.Gather, o.Patience = 10*time.Millisecond, 2*time.Hour
			batches := New(o)
			period := usage.LastPeriod(time.Now())
			var all sync.WaitGroup
			for i := range 6 { // at 0, 300, … 1500 ms
				all.Go(func() {
					time.Sleep(time.Duration(i) * 300 * time.Millisecond)
					if err := batches.Add("dma", period, line("dma", period, i)); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			batches.Close()
			if segments, documents := d.count(); segments != want || documents != 6 {
				t.Errorf("writes of %v: %d documents in %d segments, want %d", takes, documents, segments, want)
			}
		})
	}
}

// A write that failed acknowledges nothing, and frees the memory.
func TestFailedWriteAcknowledgesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		full := errors.New("full")
		d := &disk{fail: full}
		batches := New(options(d))
		period := usage.LastPeriod(time.Now())
		if err := batches.Add("dma", period, line("dma", period, 1)); !errors.Is(err, full) {
			t.Errorf("got %v", err)
		}
		if batches.Waiting() != 0 {
			t.Errorf("%d bytes still wait", batches.Waiting())
		}
		batches.Close()
	})
}

// What waits is bounded, and a document beyond the bound is not taken.
func TestMemoryIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := options(&disk{})
		o.Memory = 35
		batches := New(o)
		period := usage.LastPeriod(time.Now())
		var busy, taken int
		var all sync.WaitGroup
		var mu sync.Mutex
		for i := range 8 { // of ten bytes each
			all.Go(func() {
				err := batches.Add("dma", period, line("dma", period, i))
				mu.Lock()
				defer mu.Unlock()
				if errors.Is(err, ErrBusy) {
					busy++
				} else if err == nil {
					taken++
				}
			})
		}
		all.Wait()
		if taken != 3 || busy != 5 {
			t.Errorf("%d taken, %d not", taken, busy)
		}
		if err := batches.Add("dma", period, line("dma", period, 9)); err != nil {
			t.Errorf("after the write: %v", err)
		}
		batches.Close()
	})
}

// A receiver that stops writes what waits at once, and then takes nothing more.
func TestCloseWritesWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{}
		batches := New(options(d))
		period := usage.PeriodFrom(usage.LastPeriod(time.Now()).Start.Add(-48 * time.Hour))
		result := make(chan error, 1)
		go func() { result <- batches.Add("dma", period, line("dma", period, 1)) }()
		synctest.Wait()
		began := time.Now()
		batches.Close()
		if took := time.Since(began); took != time.Second {
			t.Errorf("closed after %v", took)
		}
		if err := <-result; err != nil {
			t.Error(err)
		}
		if err := batches.Add("dma", period, line("dma", period, 2)); !errors.Is(err, ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
	})
}
