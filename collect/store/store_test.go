package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"polycom.com/usagedata/collect/teststage"
	"polycom.com/usagedata/core/durable"
)

// kinds are the stores that all tests of this file use. Each call of open opens the same store again,
// as another process does.
var kinds = map[string]func(t *testing.T) (open func() Store){
	"folder": func(t *testing.T) func() Store {
		path := t.TempDir()
		return func() Store {
			f, err := OpenFolder(durable.OS{}, path, 0)
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
	},
	"S3": func(t *testing.T) func() Store {
		g := teststage.StartGateway(t)
		return func() Store { return openGateway(t, g) }
	},
}

func openGateway(t *testing.T, g *teststage.Gateway) *S3 {
	s, err := OpenS3(S3Options{Endpoint: g.Endpoint, Bucket: teststage.Bucket, Prefix: "collection", PathStyle: true,
		AccessKey: Secret{Value: teststage.AccessKey}, SecretKey: Secret{Value: teststage.SecretKey}})
	if err != nil {
		t.Fatal(err)
	}
	s.pageSize = 7
	return s
}

// COLL-1: both stores keep the promises of [Store].
func TestStores(t *testing.T) {
	for name, stage := range kinds {
		t.Run(name, func(t *testing.T) {
			open := stage(t)
			for what, test := range map[string]func(*testing.T, func() Store){
				"whole": testWhole, "once": testOnce, "race": testRace, "list": testList, "names": testNames,
				"canceled": testCanceled,
			} {
				t.Run(what, func(t *testing.T) { test(t, open) })
			}
			if err := open().Check(t.Context()); err != nil {
				t.Errorf("check: %v", err)
			}
		})
	}
}

func testWhole(t *testing.T, open func() Store) {
	for i, content := range [][]byte{{}, {0}, bytes.Repeat([]byte("usage data\n"), 600_000)} {
		name := fmt.Sprintf("whole/day=2026-03-01/%d_A.zst", i)
		if _, err := open().Read(t.Context(), name); !errors.Is(err, ErrMissing) {
			t.Errorf("before: got %v, want %v", err, ErrMissing)
		}
		create(t, open(), name, content)
		if got, err := open().Read(t.Context(), name); err != nil || !bytes.Equal(got, content) {
			t.Errorf("got %d bytes, want %d: %v", len(got), len(content), err)
		}
		for range 2 {
			if err := open().Remove(t.Context(), name); err != nil {
				t.Errorf("remove: %v", err)
			}
		}
		if _, err := open().Read(t.Context(), name); !errors.Is(err, ErrMissing) {
			t.Errorf("removed: got %v, want %v", err, ErrMissing)
		}
	}
}

func create(t *testing.T, s Store, name string, content []byte) {
	t.Helper()
	if err := s.Create(t.Context(), name, content); err != nil {
		t.Fatal(err)
	}
}

// An object is never replaced. A repeated Create succeeds.
func testOnce(t *testing.T, open func() Store) {
	create(t, open(), "once/a", []byte("first"))
	create(t, open(), "once/a", []byte("first"))
	for _, other := range []string{"other", "a longer one", ""} {
		if err := open().Create(t.Context(), "once/a", []byte(other)); !errors.Is(err, errExists) {
			t.Errorf("%q: got %v, want %v", other, err, errExists)
		}
	}
	if got, err := open().Read(t.Context(), "once/a"); string(got) != "first" {
		t.Errorf("got %q, want the first content: %v", got, err)
	}
}

// Of creators of the same name with different content exactly one succeeds.
func testRace(t *testing.T, open func() Store) {
	stores := []Store{open(), open()}
	for round := range 10 {
		name := fmt.Sprintf("race/%d/a", round)
		errs := make([]error, 16)
		var creators sync.WaitGroup
		for i := range errs {
			creators.Go(func() { errs[i] = stores[i%2].Create(t.Context(), name, fmt.Append(nil, "content ", i)) })
		}
		creators.Wait()
		won := slices.Index(errs, nil)
		for i, err := range errs {
			if i != won && !errors.Is(err, errExists) {
				t.Errorf("creator %d: got %v, want %v; creator %d won", i, err, errExists, won)
			}
		}
		if got, err := open().Read(t.Context(), name); string(got) != fmt.Sprint("content ", won) {
			t.Errorf("got %q, want that of creator %d: %v", got, won, err)
		}
	}
}

func testList(t *testing.T, open func() Store) {
	want := []string{"list/a-b", "list/a.b", "list/a/b", "list/a/c/d", "list/a0", "list/b=1/x", "list/b_", "list/c"}
	for i := range 20 {
		want = append(want, fmt.Sprintf("list/d/%02d", i))
	}
	for _, name := range slices.Backward(want) {
		create(t, open(), name, []byte(name))
	}
	create(t, open(), "lis", nil)
	for _, prefix := range []string{"list/", "list/a", "list/a/", "list/d/1", "list/none", "list/d/00", "list/d/000"} {
		var some []string
		for _, name := range want {
			if strings.HasPrefix(name, prefix) {
				some = append(some, name)
			}
		}
		if diff := cmp.Diff(some, list(t, open(), prefix, "")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", prefix, diff)
		}
		for _, after := range []string{
			"list/a/c", "list/a/b", "list/a/c0", "list/a0", "list/d/10", "list/d0", "a", "z",
		} {
			behind := slices.DeleteFunc(slices.Clone(some), func(name string) bool { return name <= after })
			if diff := cmp.Diff(behind, list(t, open(), prefix, after), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s after %s (-want +got):\n%s", prefix, after, diff)
			}
		}
	}
	for o, err := range open().List(t.Context(), "list/a0", "") {
		if err != nil || o.Size != int64(len("list/a0")) || o.Written.IsZero() {
			t.Errorf("got %v, %v", o, err)
		}
	}
	for range open().List(t.Context(), "", "") {
		break // a caller that stops is asked nothing more
	}
}

func list(t *testing.T, s Store, prefix, after string) (names []string) {
	t.Helper()
	for o, err := range s.List(t.Context(), prefix, after) {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, o.Name)
	}
	return names
}

var wrongNames = []string{"", ".", "/", "/a", "a/", "a//b", "../a", "a/../b", "a/.b", ".new", "a b", "ä", "a\x00", `a\b`,
	"a?b", "a%2fb", "a\n", strings.Repeat("a", 201), strings.Repeat("a/", 400) + "a"}

func testNames(t *testing.T, open func() Store) {
	s := open()
	for _, name := range wrongNames {
		_, read := s.Read(t.Context(), name)
		for what, err := range map[string]error{"create": s.Create(t.Context(), name, nil), "read": read,
			"remove": s.Remove(t.Context(), name)} {
			if err == nil || errors.Is(err, ErrMissing) {
				t.Errorf("%s %q: got %v, want another error", what, name, err)
			}
		}
	}
	for _, prefix := range []string{"..", "/", "a//", "a/../"} {
		for _, err := range s.List(t.Context(), prefix, "") {
			if err == nil {
				t.Errorf("prefix %q is accepted", prefix)
			}
		}
	}
	long := strings.Repeat(strings.Repeat("a", maxPart)+"/", maxName/(maxPart+1)) + "a"
	create(t, s, long, nil)
	create(t, s, "names/AZaz09-._=/x", nil)
}

func testCanceled(t *testing.T, open func() Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := open()
	_, read := s.Read(ctx, "a")
	errs := []error{s.Create(ctx, "canceled", nil), read, s.Remove(ctx, "canceled"), s.Check(ctx)}
	for _, err := range s.List(ctx, "", "") {
		errs = append(errs, err)
	}
	for i, err := range errs {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%d: got %v", i, err)
		}
	}
	if len(errs) != 5 {
		t.Errorf("List yields %d errors", len(errs)-4)
	}
}
