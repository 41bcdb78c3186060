// Package batch gathers the documents of one product and hour, writes them as one segment, and
// acknowledges them once the segment is stored durably. A document may be stored although it was not
// acknowledged: the appliance then sends it again, and it counts once, by its id.
//
// A crash loses only documents that were not acknowledged: a batch is in memory until its segment is
// stored.
package batch

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"polycom.com/usagedata/collect/segment"
	"polycom.com/usagedata/core/usage"
)

var (
	// ErrBusy means that too many documents wait already. The document was not accepted.
	ErrBusy = errors.New("too many documents wait to be written")
	// ErrClosed means that the receiver is stopping. The document was not accepted.
	ErrClosed = errors.New("the receiver is stopping")
)

// The limits of batches.
const (
	maxDocuments = 512
	maxBytes     = 8 << 20
	// maxOpen is the number of batches that may wait at the same time: enough for all hours of some
	// products.
	maxOpen = 8192
)

// Creator writes an object that does not exist yet, as [store.Store] does.
type Creator interface {
	Create(ctx context.Context, name string, content []byte) error
}

// Options of [New].
type Options struct {
	Store Creator
	// Gather is how long a batch waits for more documents after its first one; GatherLate is the same
	// for documents about another hour than the last, which come one by one.
	Gather, GatherLate time.Duration
	// Memory limits the documents that wait, in bytes.
	Memory int64
	// Patience is how long one write may take.
	Patience time.Duration
	// Writers is the number of writes that may run at the same time.
	Writers int
	// Wrote is called after each write, if it is not nil.
	Wrote func(documents, bytes int, took time.Duration, err error)
}

// Batches gathers documents. It is safe for concurrent use.
type Batches struct {
	options Options
	writing chan struct{} // holds a token for each write

	mu      sync.Mutex
	open    map[key]*batch
	writes  map[key]int // those that have begun and not ended
	waiting int64       // bytes of documents that are not written yet
	hurried bool
	closed  bool
	running sync.WaitGroup
}

type key struct {
	product string
	start   time.Time
}

type batch struct {
	key   key
	lines []segment.Line
	bytes int64
	timer *time.Timer
	ripe  bool          // it has waited long enough
	done  chan struct{} // closed when err is final
	err   error
}

// New returns batches that are written to a store.
func New(options Options) *Batches {
	return &Batches{
		options: options, writing: make(chan struct{}, options.Writers),
		open: map[key]*batch{}, writes: map[key]int{},
	}
}

// Waiting returns the bytes of the documents that are not written yet.
func (b *Batches) Waiting() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.waiting
}

// Full reports whether another document would probably be refused, because too many wait.
func (b *Batches) Full() bool { return b.Waiting() > b.options.Memory-segment.MaxDocument }

// Add returns nil once the document is stored durably. The document must be valid, and its id must be
// that of the product and hour. After an error it is unknown whether the document is stored, except
// after [ErrBusy] and [ErrClosed].
func (b *Batches) Add(product string, period usage.Period, line segment.Line) error {
	own, err := b.add(key{product, period.Start}, line)
	if err != nil {
		return err
	}
	<-own.done
	return own.err
}

func (b *Batches) add(to key, line segment.Line) (*batch, error) {
	size := int64(len(line.Document))
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, ErrClosed
	}
	if b.waiting+size > b.options.Memory {
		return nil, ErrBusy
	}
	own := b.open[to]
	if own == nil && len(b.open) == maxOpen {
		return nil, ErrBusy
	}
	if own == nil {
		own = &batch{key: to, done: make(chan struct{})}
		own.timer = time.AfterFunc(b.patience(to, line.Received), func() { b.ripen(own) })
		b.open[to] = own
		b.running.Add(1)
	}
	own.lines = append(own.lines, line)
	own.bytes += size
	b.waiting += size
	if len(own.lines) >= maxDocuments || own.bytes >= maxBytes {
		b.start(own)
	}
	return own, nil
}

// patience is how long a batch waits for more documents.
func (b *Batches) patience(to key, now time.Time) time.Duration {
	if b.hurried {
		return 0
	}
	if to.start.Equal(usage.LastPeriod(now).Start) {
		return b.options.Gather
	}
	return b.options.GatherLate
}

// ripen starts the write of a batch that has waited long enough, unless it has begun already. While
// another batch of the same product and hour is being written, this one gathers more documents, for
// at most a second more: a slow disk gets larger batches instead of more of them, and a write that
// hangs does not hold up the next one.
func (b *Batches) ripen(own *batch) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open[own.key] != own {
		return
	}
	if b.writes[own.key] > 0 && !own.ripe && !b.hurried {
		own.ripe = true
		own.timer.Reset(longer)
		return
	}
	b.start(own)
}

const longer = time.Second

// wrote ends a write, and starts that of the batch that waited for it. The caller holds the lock.
func (b *Batches) wrote(own *batch) {
	b.waiting -= own.bytes
	if b.writes[own.key]--; b.writes[own.key] > 0 {
		return
	}
	delete(b.writes, own.key)
	if next := b.open[own.key]; next != nil && next.ripe {
		b.start(next)
	}
}

// start closes a batch and writes it. The caller holds the lock.
func (b *Batches) start(own *batch) {
	own.timer.Stop()
	delete(b.open, own.key)
	b.writes[own.key]++
	go func() {
		defer b.running.Done()
		own.err = b.write(own)
		b.mu.Lock()
		b.wrote(own)
		b.mu.Unlock()
		close(own.done)
	}()
}

func (b *Batches) write(own *batch) error {
	b.writing <- struct{}{}
	defer func() { <-b.writing }()
	began := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), b.options.Patience)
	defer cancel()
	packed, err := segment.Encode(own.lines)
	if err == nil {
		name := segment.Name(own.key.product, usage.PeriodFrom(own.key.start), own.lines[0].Received, packed)
		err = b.options.Store.Create(ctx, name, packed)
	}
	if b.options.Wrote != nil {
		b.options.Wrote(len(own.lines), len(packed), time.Since(began), err)
	}
	if err != nil {
		return fmt.Errorf("write a segment: %w", err)
	}
	return nil
}

// Hurry writes the batches that wait. Later batches are written without waiting for more documents.
func (b *Batches) Hurry() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.hurried = true
	for _, own := range b.open {
		b.start(own)
	}
}

// Close refuses further documents, writes those that wait, and returns when all writes have ended.
func (b *Batches) Close() {
	b.Hurry()
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.running.Wait()
}
