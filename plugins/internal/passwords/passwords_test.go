package passwords

import (
	"testing"
	"time"

	"polycom.com/usagedata/core/sdk"
)

// CAT-security_settings: a rule that is off is not applicable, and an impossible number is
// rejected.
func TestRule(t *testing.T) {
	for number, want := range map[int64]sdk.Reason{1: "", maxRule: "", 0: "not_applicable", -1: sdk.Malformed,
		maxRule + 1: sdk.Malformed, -1 << 63: sdk.Malformed} {
		check(t, number, want)
	}
	for length, want := range map[time.Duration]sdk.Reason{time.Second: "", 1<<63 - 1: "", 0: "not_applicable",
		-time.Hour: sdk.Malformed} {
		check(t, length, want)
	}
	if got, err := Rule[int64](nil); got != nil || err != nil {
		t.Errorf("got %v, %v of no number, want neither", got, err)
	}
}

func check[N int64 | time.Duration](t *testing.T, number N, want sdk.Reason) {
	t.Helper()
	got, err := Rule(&number)
	if known := want == ""; known != (err == nil) || known != (got != nil) || known && *got != number {
		t.Errorf("%v: got %v, %v want known: %v", number, got, err, known)
	}
	if err != nil && sdk.Explain(err) != want {
		t.Errorf("%v: got %v want %q", number, err, want)
	}
}
