package main

import (
	"context"
	"fmt"

	"polycom.com/usagedata/core/sdk"
)

// recordings are pointers, so that a missing number is not taken for zero, and unsigned, so that a
// negative number is malformed.
type recordings struct {
	Stored *uint32 `json:"stored" usage:"stored"`
	Active *uint32 `json:"active" usage:"active"`
}

func (p product) recordings(ctx context.Context, _ sdk.Period) (recordings, error) {
	var at recorder
	if err := p.env.Source("recorder", &at); err != nil {
		return recordings{}, err
	}
	var r recordings
	if err := at.ask(ctx, &r); err != nil {
		return recordings{}, fmt.Errorf("ask the recorder: %w", err)
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
