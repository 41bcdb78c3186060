package consent

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"polycom.com/usagedata/core/durable"
)

// CONS-2, T9: any change that ends the consent, and any other decision, ends the work begun under
// [Store.Hold] in time, with its cause, and for good, even if the same file returns. A newer
// license agreement does not end it.
func TestHoldEndsWithTheDecision(t *testing.T) {
	for name, change := range map[string]struct {
		do   func(path string) error
		want error
	}{
		"denied":   {func(path string) error { return at(path).Write(made(Denied, "2")) }, ErrWithdrawn},
		"removed":  {os.Remove, ErrWithdrawn},
		"damaged":  {func(path string) error { return os.Truncate(path, 10) }, ErrWithdrawn},
		"writable": {func(path string) error { return os.Chmod(path, 0o666) }, ErrWithdrawn},
		"from the future": {func(path string) error {
			d := made(Allowed, "1")
			d.Time = time.Now().Add(48 * time.Hour)
			return at(path).Write(d)
		}, ErrWithdrawn},
		"another product's": {func(path string) error {
			d := made(Allowed, "1")
			d.Product = "other"
			return at(path).Write(d)
		}, ErrWithdrawn},
		"allowed again": {func(path string) error { return at(path).Write(made(Allowed, "2")) }, ErrReplaced},
		"other fields": {func(path string) error { return at(path).Write(made(Allowed, "1").Accepting(small)) },
			ErrReplaced},
		"overruled": {func(path string) error { return overruled(path) }, ErrWithdrawn},
		"new agreement": {func(path string) error { d := made(Allowed, "1"); d.EULA = "9"; return at(path).Write(d) },
			nil},
		"the same again": {func(path string) error { return at(path).Write(made(Allowed, "1")) }, nil},
	} {
		for _, look := range []string{"reported", "unreported", "asked"} {
			t.Run(name+" "+look, func(t *testing.T) { holdEnds(t, look, change.do, change.want) })
		}
	}
}

func holdEnds(t *testing.T, look string, change func(string) error, want error) {
	path := filepath.Join(t.TempDir(), "decision.json")
	d := made(Allowed, "1")
	if err := at(path).Write(d); err != nil {
		t.Fatal(err)
	}
	store := Open(durable.OS{}, path, "", "acme")
	if look == "unreported" {
		store = Open(unreported{durable.OS{}}, path, "", "acme")
	}
	d, _ = store.Read()
	ctx, release := store.Hold(t.Context(), d)
	defer release()
	if err := errors.Join(context.Cause(ctx), Of(ctx).Check()); err != nil {
		t.Fatalf("while allowed: got %v, want none", err)
	}
	if err := change(path); err != nil {
		t.Fatal(err)
	}
	if look != "asked" {
		select {
		case <-Of(ctx).Ended():
		case <-time.After(map[bool]time.Duration{true: 10 * lookEvery, false: 2 * lookEvery}[want != nil]):
		}
	}
	if err := Of(ctx).Check(); !errors.Is(err, want) {
		t.Fatalf("got %v want %v", err, want)
	}
	if want == nil {
		return
	}
	<-ctx.Done()
	if err := context.Cause(ctx); !errors.Is(err, want) {
		t.Errorf("cause: got %v want %v", err, want)
	}
	if err := errors.Join(os.Remove(path), at(path).Write(made(Allowed, "1"))); want != nil && Of(ctx).Check() == nil {
		t.Errorf("the same decision put back: got it in force, %v", err)
	}
}

func made(choice Choice, id string) Decision {
	return Decision{Choice: choice, Time: noon, Actor: "admin", ID: id, Product: "acme"}
}

// overruled denies only in the denial's own file, as if the decision had been replaced right after.
func overruled(path string) error {
	before, err := os.ReadFile(path)
	return errors.Join(err, at(path).Overrule(made(Denied, "3")), os.WriteFile(path, before, 0o640))
}

// CONS-2: if the kernel reports no changes, [Store.Hold] reads the decision twice a second, and not
// in between.
func TestHoldWithoutFileEvents(t *testing.T) {
	path := filepath.Join(t.TempDir(), "decision.json")
	synctest.Test(t, func(t *testing.T) {
		d := made(Allowed, "1")
		d.Time = time.Now()
		if err := at(path).Write(d); err != nil {
			t.Fatal(err)
		}
		ctx, release := unreportedAt(path).Hold(t.Context(), d)
		defer release()
		time.Sleep(time.Hour)
		if err := context.Cause(ctx); err != nil {
			t.Fatalf("while allowed: got %v, want none", err)
		}
		d.Choice = Denied
		if err := at(path).Write(d); err != nil {
			t.Fatal(err)
		}
		withdrawn := time.Now()
		<-ctx.Done()
		if got := time.Since(withdrawn); got > time.Second {
			t.Errorf("ended after %v, want within a second", got)
		}
	})
}

// CONS-1, CONS-3: without consent nothing begins, and a context without a decision has no consent:
// see [Of].
func TestHoldWithoutConsent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "decision.json")
	ctx, release := at(path).Hold(t.Context(), Decision{})
	defer release()
	<-ctx.Done()
	if err := context.Cause(ctx); !errors.Is(err, ErrWithdrawn) {
		t.Errorf("cause: got %v, want %v", err, ErrWithdrawn)
	}
	if err := Of(t.Context()).Check(); !errors.Is(err, ErrWithdrawn) {
		t.Errorf("under none: got %v want %v", err, ErrWithdrawn)
	}
}

func TestHoldEndsWithItsParentAndRelease(t *testing.T) {
	path := filepath.Join(t.TempDir(), "decision.json")
	synctest.Test(t, func(t *testing.T) { // fails if a goroutine is left
		d := made(Allowed, "1")
		d.Time = time.Now()
		if err := at(path).Write(d); err != nil {
			t.Fatal(err)
		}
		parent, stop := context.WithCancel(t.Context())
		one, releaseOne := unreportedAt(path).Hold(parent, d)
		two, releaseTwo := unreportedAt(path).Hold(parent, d)
		defer releaseTwo()
		releaseOne()
		if one.Err() == nil || two.Err() != nil {
			t.Errorf("after release: got %v and %v, want only the first ended", one.Err(), two.Err())
		}
		stop()
		<-two.Done()
		if err := context.Cause(two); errors.Is(err, ErrWithdrawn) || Of(two).Check() != nil {
			t.Errorf("cause: got %v, want the parent's, and the decision in force", err)
		}
	})
}
