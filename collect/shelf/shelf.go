// Package shelf works on the stored segments: it checks them, finds one document, and removes the
// segments that are past their retention. It writes no segment.
package shelf

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"polycom.com/usagedata/collect/segment"
	"polycom.com/usagedata/collect/store"
	"polycom.com/usagedata/core/usage"
)

// Damage describes one damaged object.
type Damage struct {
	Name string
	// Left is the number of intact documents in it.
	Left int
	Err  error
}

// Result of [Verify].
type Result struct {
	Segments, Documents int
	Bytes               int64
	Damaged             []Damage
}

// Segment is an object among the segments as it was read.
type Segment struct {
	Name  string
	Read  bool // it could be read, and has this size in bytes
	Size  int64
	Lines []segment.Line // that are as they were written
	Err   error          // what is wrong with it
}

// Segments reads the objects whose names begin with prefix. Each that is damaged, or no segment, costs only
// itself. An error means that the store could not be read, and is the last.
func Segments(ctx context.Context, s store.Store, prefix string) iter.Seq2[Segment, error] {
	return func(yield func(Segment, error) bool) {
		for object, err := range s.List(ctx, prefix, "") {
			read := Segment{Name: object.Name, Err: err} // a link, or something else that is no file
			if err == nil {
				read, err = readSegment(ctx, s, object)
				if errors.Is(err, store.ErrMissing) { // removed meanwhile
					continue
				}
			}
			if read.Name == "" {
				yield(Segment{}, err)
				return
			}
			if !yield(read, nil) {
				return
			}
		}
	}
}

func readSegment(ctx context.Context, s store.Store, object store.Object) (Segment, error) {
	packed, err := s.Read(ctx, object.Name)
	if errors.Is(err, store.ErrUnreadable) {
		return Segment{Name: object.Name, Err: err}, nil
	}
	if err != nil {
		return Segment{}, err
	}
	lines, err := segment.Decode(object.Name, packed)
	return Segment{Name: object.Name, Read: true, Size: object.Size, Lines: lines, Err: err}, nil
}

// Verify reads every segment and checks every document in it. It goes on after damage. An error means
// that the store could not be read.
func Verify(ctx context.Context, s store.Store) (Result, error) {
	var result Result
	for read, err := range Segments(ctx, s, segment.Root) {
		if err != nil {
			return result, err
		}
		if read.Read {
			result.Segments++
		}
		result.Documents += len(read.Lines)
		result.Bytes += read.Size
		if read.Err != nil {
			result.Damaged = append(result.Damaged, Damage{read.Name, len(read.Lines), read.Err})
		}
	}
	return result, nil
}

// ErrID means that a text is not the id of a document.
var ErrID = errors.New("this is not the id of a document")

// Find returns the lines with this document id. The first one counts: the one
// received first, or of several in the same second the one with the smallest digest. Damaged segments
// are searched as far as they can be read; [Verify] reports damage.
func Find(ctx context.Context, s store.Store, id string) ([]segment.Line, error) {
	product, period, ok := usage.ParseID(id)
	if !ok {
		return nil, ErrID
	}
	var found []segment.Line
	for read, err := range Segments(ctx, s, segment.Folder(product, period)) {
		if err != nil {
			return nil, err
		}
		for _, line := range read.Lines {
			if line.ID == id {
				found = append(found, line)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b segment.Line) int {
		return cmp.Or(a.Received.Compare(b.Received), cmp.Compare(a.SHA256, b.SHA256))
	})
	return found, nil
}

// ErrClock means that nothing was removed, because nothing in the store is about the last days: a clock
// that is far ahead would remove all of it.
var ErrClock = errors.New(
	"no segment is about the last three days: the clock may be far ahead, so nothing was removed",
)

// doubtful is how long nothing is received before the clock is doubted.
const doubtful = 72 * time.Hour

// Expire removes the segments whose hour ended longer ago than kept, and returns their number. It reads
// only the names of those and, for each product, of one or two more. If there is nothing about the last
// days, it returns [ErrClock].
func Expire(ctx context.Context, s store.Store, kept time.Duration, now time.Time) (removed int, err error) {
	if right, err := clockIsRight(ctx, s, now); err != nil || !right {
		return 0, cmp.Or(err, ErrClock)
	}
	return ExpireAnyway(ctx, s, kept, now)
}

// clockIsRight reports whether the store has a segment about the last days, or is empty.
func clockIsRight(ctx context.Context, s store.Store, now time.Time) (bool, error) {
	recent := usage.PeriodFrom(now.Add(-doubtful).Truncate(time.Hour))
	for after := ""; ; {
		first, err := next(ctx, s, after)
		if err != nil || first.Product == "" {
			return after == "", err
		}
		newer, err := next(ctx, s, segment.Folder(first.Product, recent))
		if err != nil || newer.Product == first.Product {
			return true, err
		}
		after = behind(first.Product)
	}
}

// next returns the address of the first segment after a name, or the zero value if there is none.
func next(ctx context.Context, s store.Store, after string) (segment.Address, error) {
	for object, err := range s.List(ctx, segment.Root, after) {
		if err != nil && object.Name == "" {
			return segment.Address{}, err
		}
		if address, err := segment.Parse(object.Name); err == nil {
			return address, nil
		}
	}
	return segment.Address{}, nil
}

// behind returns the first name after all of a product's.
func behind(product string) string { return segment.Root + product + "0" }

// ExpireAnyway is [Expire] for a store that receives nothing any more.
func ExpireAnyway(ctx context.Context, s store.Store, kept time.Duration, now time.Time) (removed int, err error) {
	for after := ""; ; {
		product, gone, err := expireProduct(ctx, s, after, kept, now)
		removed += gone
		if err != nil || product == "" {
			return removed, err
		}
		after = behind(product)
	}
}

// expireProduct removes those of the first product after a name, and returns the product, or "" if there
// is none.
func expireProduct(ctx context.Context, s store.Store, after string, kept time.Duration, now time.Time) (
	product string, removed int, err error,
) {
	for object, err := range s.List(ctx, segment.Root, after) {
		if err != nil && object.Name == "" {
			return product, removed, err
		}
		address, err := segment.Parse(object.Name)
		if err != nil { // not ours: Verify reports it
			continue
		}
		if product == "" {
			product = address.Product
		}
		if address.Product != product || !segment.Expired(address.Period, kept, now) {
			return product, removed, nil
		}
		if err := s.Remove(ctx, object.Name); err != nil {
			return product, removed, fmt.Errorf("remove a segment that is past its retention: %w", err)
		}
		removed++
	}
	return product, removed, nil
}
