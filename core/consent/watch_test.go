package consent

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// CONS-2: whatever ends the consent ends the context within the time given, with its cause.
func TestWatchEndsWithConsent(t *testing.T) {
	for name, withdraw := range map[string]func(path string) error{
		"denied": func(path string) error {
			return at(path).Write(Decision{Choice: Denied, Time: time.Now(), Actor: "admin"})
		},
		"removed":  os.Remove,
		"damaged":  func(path string) error { return os.Truncate(path, 10) },
		"writable": func(path string) error { return os.Chmod(path, 0o666) },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "consent.json")
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := at(allow(t, path)).Watch(t.Context())
				defer cancel()
				time.Sleep(time.Hour)
				if err := context.Cause(ctx); err != nil {
					t.Fatalf("while allowed: got %v, want none", err)
				}
				if err := withdraw(path); err != nil {
					t.Fatal(err)
				}
				withdrawn := time.Now()
				<-ctx.Done()
				if got := time.Since(withdrawn); got > time.Second {
					t.Errorf("ended after %v, want within a second", got)
				}
				if err := context.Cause(ctx); !errors.Is(err, ErrWithdrawn) {
					t.Errorf("cause: got %v, want %v", err, ErrWithdrawn)
				}
			})
		})
	}
}

// CONS-1, CONS-3: without consent nothing begins.
func TestWatchWithoutConsent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "consent.json")
	ctx, cancel := at(path).Watch(t.Context())
	defer cancel()
	if err := context.Cause(ctx); !errors.Is(err, ErrWithdrawn) {
		t.Errorf("cause: got %v, want %v", err, ErrWithdrawn)
	}
}

func TestWatchEndsWithItsParentAndCancel(t *testing.T) {
	path := filepath.Join(t.TempDir(), "consent.json")
	synctest.Test(t, func(t *testing.T) { // fails if a goroutine is left
		parent, stop := context.WithCancel(t.Context())
		one, cancelOne := at(allow(t, path)).Watch(parent)
		two, cancelTwo := at(path).Watch(parent)
		defer cancelTwo()
		cancelOne()
		if one.Err() == nil || two.Err() != nil {
			t.Errorf("after cancel: got %v and %v, want only the first ended", one.Err(), two.Err())
		}
		stop()
		<-two.Done()
		if err := context.Cause(two); errors.Is(err, ErrWithdrawn) {
			t.Errorf("cause: got %v, want the parent's", err)
		}
	})
}

func allow(t *testing.T, path string) string {
	t.Helper()
	if err := at(path).Write(Decision{Choice: Allowed, Time: time.Now(), Actor: "admin"}); err != nil {
		t.Fatal(err)
	}
	return path
}
