package platformapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/etag"
)

// Count returns the length of a list. It needs one request, even for a long list.
func Count(ctx context.Context, c *Client, r Resource) (int64, error) {
	first, err := fetchPage[struct{}](ctx, c, r, 1)
	if err != nil {
		return 0, err
	}
	total, err := first.total()
	return total, r.explained(err)
}

// Known returns a pointer to the value, or nil and the error if it could not be read:
//
//	c.Users, err = platformapi.Known(platformapi.Count(ctx, api, users))
func Known[T any](read T, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	return &read, nil
}

// ErrTooLong is the error of [Items] for a list with more pages than the limit. Items does not read
// such a list.
var ErrTooLong = fmt.Errorf("%w: the list has more than %d pages", sdk.NotAvailable(sdk.Unexplained), maxPages)

// errRepeats is the error of [Items] for a list whose second page repeats the first.
var errRepeats = malformed("two pages are the same")

// IsUnread reports whether [Items] ended because the items cannot be read one by one although the
// first page has the length of the list, which [Count] returns.
func IsUnread(err error) bool { return errors.Is(err, ErrTooLong) || errors.Is(err, errRepeats) }

// Items reads a list page by page while it is ranged over. The last pair may be an error.
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

// nextPage reads a page, and compares it with the pages before it.
func nextPage[T any](ctx context.Context, c *Client, r Resource, number int, before *pages) (listPage[T], error) {
	page, err := fetchPage[T](ctx, c, r, number)
	if err != nil {
		return page, err
	}
	total := before.total // later pages may not report it
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

// fetch reads a page, or asks whether the remembered page has changed.
func fetch[T any](ctx context.Context, c *Client, r Resource, number int, decode func(io.Reader, *T) error) (T, error) {
	var fresh, none T
	key := carryoverKey[T](c, r, number)
	known, value, ok := etag.Recall[T](c.carryover, key)
	tag, err := c.get(ctx, r, number, known.ETag, func(body io.Reader) error { return decode(body, &fresh) })
	switch {
	case err == nil:
		etag.Remember(c.carryover, key, tag, fresh)
		return fresh, nil
	case errors.Is(err, errUnchanged) && ok:
		known.Confirm(c.carryover, key)
		return value, nil
	}
	return none, r.failed(err)
}

// carryoverKey returns the key for a page of a resource, as this source and this user get it, in
// the accepted versions and decoded into a type of this shape.
func carryoverKey[T any](c *Client, r Resource, number int) string {
	made, _ := c.connect() // without a connection the request fails anyway
	return fmt.Sprintf("%s %d %s", r.Path, number, etag.Key[T](append(r.accepted(), made.base, made.user)...))
}
