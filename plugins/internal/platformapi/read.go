package platformapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"polycom.com/usagedata/core/sdk"
)

// Count returns how long a list is. It costs one request, however long the list is.
func Count(ctx context.Context, c *Client, r Resource) (int64, error) {
	first, err := fetchPage[struct{}](ctx, c, r, 1)
	if err != nil {
		return 0, err
	}
	total, err := first.total()
	return total, r.explained(err)
}

// Known returns a pointer to what was read; nil if it could not be read:
//
//	c.Users, err = platformapi.Known(platformapi.Count(ctx, api, users))
func Known[T any](read T, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	return &read, nil
}

// ErrTooLong is what Items says, without reading on, of a list of more than maxPages pages.
var ErrTooLong = fmt.Errorf("%w: the list has more than %d pages", sdk.NotAvailable(sdk.Unexplained), maxPages)

// errRepeats is what Items says of a list whose second page is the first one again.
var errRepeats = malformed("the same page again")

// IsUnread reports whether Items ended because the items can't be read one by one, though the first page says how long
// the list is: Count tells that.
func IsUnread(err error) bool { return errors.Is(err, ErrTooLong) || errors.Is(err, errRepeats) }

// Items reads a list page by page, as far as it is ranged over. The last pair may hold an error.
func Items[T any](ctx context.Context, c *Client, r Resource) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		var read pages
		for number := 1; ; number++ {
			page, err := nextPage[T](ctx, c, r, number, &read)
			if err != nil {
				yield(none, err)
				return
			}
			for _, item := range page.Items {
				if !yield(item, nil) {
					return
				}
			}
			if read.over() {
				return
			}
		}
	}
}

// nextPage reads a page, and holds it against those before it.
func nextPage[T any](ctx context.Context, c *Client, r Resource, number int, before *pages) (listPage[T], error) {
	page, err := fetchPage[T](ctx, c, r, number)
	if err != nil {
		return page, err
	}
	total := before.total // a page behind the first may leave it out
	if number == 1 || page.Paged {
		total, err = page.total()
	}
	if err == nil {
		err = before.add(int64(len(page.Items)), total, page.Sum)
	}
	return page, r.explained(err)
}

func fetchPage[T any](ctx context.Context, c *Client, r Resource, number int) (listPage[T], error) {
	if r.Unnamed {
		return fetch(ctx, c, r, number, decodeUnnamed[T])
	}
	return fetch(ctx, c, r, number, func(body io.Reader, into *listPage[T]) error { return decodePage(r, body, into) })
}

// fetch asks for what it does not know yet, or whether what it knows is still true.
func fetch[T any](ctx context.Context, c *Client, r Resource, number int, decode func(io.Reader, *T) error) (T, error) {
	var fresh, none T
	key := memoryKey[T](c, r, number)
	known, value, ok := recall[T](c.memory, key)
	etag, err := c.get(ctx, r, number, known.ETag, func(body io.Reader) error { return decode(body, &fresh) })
	switch {
	case err == nil:
		remember(c.memory, key, etag, fresh)
		return fresh, nil
	case errors.Is(err, errUnchanged) && ok:
		known.Confirmed++
		known.keep(c.memory, key)
		return value, nil
	}
	return none, r.failed(err)
}
