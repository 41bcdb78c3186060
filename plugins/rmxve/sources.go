package main

import (
	"context"
	"errors"

	"polycom.com/usagedata/core/sdk"
)

// source is one of several that can tell the same.
type source struct {
	name string // one of the profile's values
	read func(context.Context) (string, error)
}

// first asks sources in their order and returns what the first says that can be read, and which it is. If none can, the
// reason is that of the first that is configured: the administrator expects it to work. One that another makes up for
// is logged.
func (m *mcu) first(ctx context.Context, sources ...source) (value, from string, err error) {
	var failed []error
	for _, s := range sources {
		value, err := s.read(ctx)
		switch {
		case err == nil:
			if len(failed) > 0 {
				m.env.Log.Warn("another source is read instead", "source", s.name, "error", errors.Join(failed...))
			}
			return value, s.name, nil
		case sdk.Explain(err) != sdk.NotConfigured:
			failed = append(failed, err)
		}
	}
	if len(failed) > 0 {
		return "", "", failed[0]
	}
	return "", "", sdk.NotAvailable(sdk.NotConfigured)
}
