package e2e

import (
	"errors"
	"os/exec"
	"testing"

	"polycom.com/usagedata/test/stage"
)

// SEND-4: for an hour the collection point resets every connection. The host, a new process each
// time, retries until the hour's budget is spent. The bytes that the collection point has read at
// its own socket stay below 100,000, and no attempt follows. It reads no more than two thirds of
// the bytes that cross the wire.
func TestAnHourOfForcedResets(t *testing.T) {
	t.Parallel()
	build(t, bin, "careless")
	s := set(t, stage.Plan{Product: "careless", Sources: "  mood: {stranger: false}\n"})
	if out, err := s.Host("consent", "allow", "--yes").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	const most, deferred, failed = 90, 3, 4
	tries, code := 0, failed
	for ; code == failed && tries < most; tries++ {
		if err := s.Point.Behave("cut:1200"); err != nil {
			t.Fatal(err)
		}
		code = exitCode(t, s.Host("send"))
	}
	if err := s.Point.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	carried := s.Point.BytesIn() + s.Point.BytesOut()
	t.Logf("%d tries, %d connections, %d bytes", tries, s.Point.Connections(), carried)
	if code != deferred || tries < 10 {
		t.Errorf("got exit %d after %d tries, want %d when the hour is spent", code, tries, deferred)
	}
	if carried >= 100_000 || carried < 40_000 {
		t.Errorf("got %d bytes in an hour, want fewer than 100,000, and most of them used", carried)
	}
	before := s.Point.Connections()
	if code := exitCode(t, s.Host("send")); code != deferred || s.Point.Connections() != before {
		t.Errorf("got exit %d and %d more connections, want none", code, s.Point.Connections()-before)
	}
}

func exitCode(t *testing.T, command *exec.Cmd) int {
	t.Helper()
	var ended *exec.ExitError
	switch err := command.Run(); {
	case err == nil:
		return 0
	case errors.As(err, &ended):
		return ended.ExitCode()
	default:
		t.Fatal(err)
		return 0
	}
}
