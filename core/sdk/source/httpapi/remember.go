package httpapi

import (
	"context"

	"polycom.com/usagedata/core/sdk/source/etag"
)

// read reads an answer, or asks whether the remembered one has changed.
func read[T any](ctx context.Context, a *API, r request, decode func([]byte, *T) error) (T, error) {
	var fresh, none T
	made, err := a.connect()
	if err != nil {
		return none, err
	}
	key := a.source + " " + etag.Key[T](a.source, made.base.String(), made.user, r.path, r.accept)
	known, value, ok := etag.Recall[T](a.carryover, key)
	got, err := a.send(ctx, made, r, known.ETag)
	switch {
	case err != nil:
		return none, err
	case got.unchanged && ok:
		known.Confirm(a.carryover, key)
		return value, nil
	}
	if err := decode(got.text, &fresh); err != nil {
		return none, err
	}
	etag.Remember(a.carryover, key, got.etag, fresh)
	return fresh, nil
}
