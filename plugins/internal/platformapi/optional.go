package platformapi

import (
	"reflect"

	"polycom.com/usagedata/core/sdk"
)

// Optional makes nothing of what this release does not have, so that it does not cost the rest of the category. Any
// other failure does: the administrator should see it.
func Optional[T any](read T, err error) (*T, error) {
	switch {
	case err == nil:
		return &read, nil
	case sdk.Explain(err) == sdk.NotOnRelease:
		return nil, nil
	}
	return nil, err
}

// Something returns a category unless this release has nothing of it.
func Something[T any](read T) (T, error) {
	if reflect.ValueOf(read).IsZero() {
		return read, sdk.NotAvailable(sdk.NotOnRelease)
	}
	return read, nil
}
