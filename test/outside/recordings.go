package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/httpapi"
)

// recordings are pointers, so that a missing number is not taken for zero, and unsigned, so that a
// negative number is malformed.
type recordings struct {
	Stored *uint32 `json:"stored" usage:"stored"`
	Active *uint32 `json:"active" usage:"active"`
}

// recordings reads the recorder's status page, which is at the URL of sources.recorder.
func (p product) recordings(ctx context.Context, _ sdk.Period) (recordings, error) {
	r, err := httpapi.JSON[recordings](ctx, p.recorder, "")
	if err != nil {
		return recordings{}, err
	}
	var missing sdk.Missing
	if r.Stored == nil {
		missing.Add(absent, "stored")
	}
	if r.Active == nil {
		missing.Add(absent, "active")
	}
	return r, missing.Err()
}
