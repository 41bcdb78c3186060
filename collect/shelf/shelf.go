// Package shelf works on the stored segments: it checks them, finds one document, and removes the
// segments that are past their retention. It writes no segment.
package shelf

import (
	"cmp"
	"context"
	"errors"
	"fmt"
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

// Verify reads every segment and checks every document in it. It goes on after damage. An error means
// that the store could not be read.
func Verify(ctx context.Context, s store.Store) (Result, error) {
	var result Result
	for object, err := range s.List(ctx, segment.Root, "") {
		if err != nil && object.Name != "" { // a link, or something else that is no file
			result.Damaged = append(result.Damaged, Damage{object.Name, 0, err})
			continue
		}
		if err != nil {
			return result, err
		}
		packed, err := s.Read(ctx, object.Name)
		if errors.Is(err, store.ErrMissing) { // removed meanwhile
			continue
		}
		if errors.Is(err, store.ErrUnreadable) {
			result.Damaged = append(result.Damaged, Damage{object.Name, 0, err})
			continue
		}
		if err != nil {
			return result, err
		}
		lines, err := segment.Decode(object.Name, packed)
		result.Segments++
		result.Documents += len(lines)
		result.Bytes += object.Size
		if err != nil {
			result.Damaged = append(result.Damaged, Damage{object.Name, len(lines), err})
		}
	}
	return result, nil
}

// Find returns the lines with this document id. The first one counts: the one received first, or of
// several in the same second the one with the smallest digest. Damaged segments are searched as far as
// they can be read.
func Find(ctx context.Context, s store.Store, id string) ([]segment.Line, error) {
	product, period, err := segment.ParseID(id)
	if err != nil {
		return nil, err
	}
	var found []segment.Line
	for object, err := range s.List(ctx, segment.Folder(product, period), "") {
		if err != nil {
			return nil, err
		}
		packed, err := s.Read(ctx, object.Name)
		if errors.Is(err, store.ErrMissing) || errors.Is(err, store.ErrUnreadable) {
			continue
		}
		if err != nil {
			return nil, err
		}
		lines, _ := segment.Decode(object.Name, packed) // Verify reports damage
		for _, line := range lines {
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
		if address.Product != product || !address.Period.End.Add(kept).Before(now) {
			return product, removed, nil
		}
		if err := s.Remove(ctx, object.Name); err != nil {
			return product, removed, fmt.Errorf("remove a segment that is past its retention: %w", err)
		}
		removed++
	}
	return product, removed, nil
}
