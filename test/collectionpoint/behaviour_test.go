package collectionpoint_test

import (
	"context"
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"

	"polycom.com/usagedata/test/collectionpoint"
)

func TestBehavioursThatBreakOff(t *testing.T) {
	for behaviour, stored := range map[string]int{
		"refuse": 0, "cut:1": 0, "cut:700": 0, "garbage": 0, "store-hangup": 1,
	} {
		t.Run(behaviour, func(t *testing.T) {
			point, _ := start(t, collectionpoint.Config{})
			behave(t, point, behaviour)
			if status, _, err := send(t, point, upload(t, point, "one", "", []byte(document))); err == nil {
				t.Errorf("got status %d, want an error", status)
			}
			if got := len(point.Received()); got != stored {
				t.Errorf("got %d documents stored, want %d", got, stored)
			}
			if got := status(t, point, upload(t, point, "one", "", []byte(document))); got != 201-stored {
				t.Errorf("next: got status %d, want %d", got, 201-stored)
			}
		})
	}
}

func TestACutIsAResetAfterExactlySoManyBytes(t *testing.T) {
	point, dir := start(t, collectionpoint.Config{})
	behave(t, point, "cut:1000")
	body := []byte(`"` + strings.Repeat("x", 500_000) + `"`)
	_, _, err := send(t, point, upload(t, point, "one", "", body))
	if !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, syscall.EPIPE) {
		t.Errorf("got error %v, want a reset connection", err)
	}
	if got := point.BytesIn(); got != 1000 {
		t.Errorf("got %d bytes in, want 1000", got)
	}
	if got := lines(t, point, dir); len(got) != 1 || got[0].Read != 1000 || got[0].Error != "cut on command" {
		t.Errorf("got lines %+v, want one about 1000 bytes", got)
	}
}

func TestWhatIsNoBehaviourIsAnError(t *testing.T) {
	for _, line := range []string{
		"nonsense", "status", "status:abc", "status:100", "status:503 later", "delay", "delay:soon", "cut:0", "cut:-1",
		"redirect:", "ok:1", "ok now",
	} {
		if _, err := collectionpoint.ParseBehaviour(line); err == nil {
			t.Errorf("%q: got no error, want one", line)
		}
	}
}

func TestLateStoresBeforeTheClientGivesUp(t *testing.T) {
	point, _ := start(t, collectionpoint.Config{})
	behave(t, point, "late")
	ctx, giveUp := context.WithTimeout(t.Context(), time.Minute)
	defer giveUp()
	go func() {
		for len(point.Received()) == 0 && ctx.Err() == nil {
			<-time.After(10 * time.Millisecond)
		}
		giveUp()
	}()
	_, _, err := send(t, point, upload(t, point, "one", "", []byte(document)).WithContext(ctx))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want that the client gave up", err)
	}
	if got := len(point.Received()); got != 1 {
		t.Errorf("got %d documents, want 1", got)
	}
}
