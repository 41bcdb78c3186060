package sdk_test

import (
	"math"
	"testing"
	"time"

	"polycom.com/usagedata/core/sdk"
)

// CAT-*: the values that programs write for an unknown number or time are recognized; values close
// to them are not.
func TestSentinels(t *testing.T) {
	for _, n := range []int64{math.MaxInt32, math.MaxUint32, math.MaxInt64} {
		if !sdk.IsSentinel(n) || sdk.IsSentinel(n-1) || !sdk.IsSentinel(float64(n)) {
			t.Errorf("%d: got %v, and %v for one less", n, sdk.IsSentinel(n), sdk.IsSentinel(n-1))
		}
	}
	for text, want := range map[string]bool{
		"1970-01-01T00:00:00Z": true, "1970-01-01T00:00:00-12:00": true, "1970-01-01T00:00:00+14:00": true,
		"0001-01-01T00:00:00Z": true, "0001-01-01T00:00:00+01:00": true, "1899-12-30T00:00:00Z": true,
		"1970-01-02T00:00:00Z": false, "2026-03-01T02:00:00Z": false,
	} {
		moment, err := time.Parse(time.RFC3339, text)
		if got := sdk.IsUnset(moment); err != nil || got != want {
			t.Errorf("%s: got %v, %v, want %v", text, got, err, want)
		}
	}
}
