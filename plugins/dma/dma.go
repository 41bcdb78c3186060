package main

import (
	"context"
	"reflect"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

// dma is what the collectors read from.
type dma struct {
	env       sdk.Env
	api       *platformapi.Client
	endpoints func(context.Context) (endpoints, error) // read once for counts and statistics
}

// optional makes nothing of what this release does not have, so that it does not cost the rest of the category. Any
// other failure does: the administrator should see it.
func optional[T any](read T, err error) (*T, error) {
	switch {
	case err == nil:
		return &read, nil
	case sdk.Explain(err) == sdk.NotOnRelease:
		return nil, nil
	}
	return nil, err
}

// something returns a category unless this release has nothing of it.
func something[T any](read T) (T, error) {
	if reflect.ValueOf(read).IsZero() {
		return read, sdk.NotAvailable(sdk.NotOnRelease)
	}
	return read, nil
}
