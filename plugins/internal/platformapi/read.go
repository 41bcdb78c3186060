package platformapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"polycom.com/usagedata/core/sdk"
)

// Read reads a resource that is one object into a T, a struct with `json` tags in camelCase. A member that the answer
// does not have leaves its field as it is: use pointers for what a release may lack.
func Read[T any](ctx context.Context, c *Client, r Resource) (T, error) {
	return fetch(ctx, c, r, 1, decode[T])
}

// Count returns how long a list is. It costs one request, however long the list is.
func Count(ctx context.Context, c *Client, r Resource) (int64, error) {
	first, err := fetchPage[struct{}](ctx, c, r, 1)
	return first.total(), err
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

// Items reads a list page by page, as far as it is ranged over. The last pair may hold an error.
func Items[T any](ctx context.Context, c *Client, r Resource) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		var seen int64
		for number := 1; ; number++ {
			read, err := fetchPage[T](ctx, c, r, number)
			seen += int64(len(read.Items))
			if err == nil {
				err = read.plausible(r, number, seen)
			}
			if err != nil {
				yield(none, err)
				return
			}
			for _, item := range read.Items {
				if !yield(item, nil) {
					return
				}
			}
			if seen == read.total() || len(read.Items) == 0 {
				return
			}
		}
	}
}

func fetchPage[T any](ctx context.Context, c *Client, r Resource, number int) (listPage[T], error) {
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
