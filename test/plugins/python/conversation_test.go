package python

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// PLUG-1: the plugin declares exactly the fields that the profile approves.
func TestDescribe(t *testing.T) {
	approved, err := profile.Load(built)
	if err != nil {
		t.Fatal(err)
	}
	got := serve(t).describe(t, "testdata/good")
	if got.GetProduct() != approved.ID || int(got.GetProfileVersion()) != approved.Version {
		t.Errorf("got product %s, profile %d want %s, %d", got.GetProduct(), got.GetProfileVersion(), approved.ID,
			approved.Version)
	}
	want := map[string]string{}
	for _, c := range approved.Categories {
		declared(want, c.Name, c.Fields)
	}
	fields := map[string]string{}
	for _, c := range got.GetCategories() {
		described(fields, c.GetName(), c.GetFields())
	}
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Errorf("got + want -\n%s", diff)
	}
}

func declared(into map[string]string, at string, fields []profile.Field) {
	for _, f := range fields {
		into[at+"."+f.Name] = string(f.Kind)
		declared(into, at+"."+f.Name, f.Fields)
	}
}

func described(into map[string]string, at string, fields []*pluginpb.FieldDescription) {
	for _, f := range fields {
		into[at+"."+f.GetName()] = f.GetKind()
		described(into, at+"."+f.GetName(), f.GetFields())
	}
}

// CAT-*: existing values are read, and missing ones have a reason; no zero is invented, and garbage
// is not repeated.
func TestCollect(t *testing.T) {
	const nothing = "source_not_found"
	for root, want := range map[string]map[string]any{
		"good": {
			"license_information": map[string]any{"serial_number": "EX-4711-0815", "seats": int64(250)},
			"system": map[string]any{
				"distribution": "debian", "version": "12", "host": "core-01.corp.example",
				"started": "2026-03-01T10:00:00Z",
				"memory":  int64(8241741824),
			},
			"counts": map[string]any{
				"users":        map[string]any{"local": int64(12), "enterprise": int64(0), "other": int64(3)},
				"longest_call": int64(5400),
				"rooms": []any{map[string]any{"name": "Boardroom North", "enabled": true},
					map[string]any{"name": "Huddle 2", "enabled": false}},
			},
		},
		"missing": {"license_information": nothing, "system": nothing, "counts": nothing},
		"empty": {"license_information": "malformed_answer", "system": "malformed_answer",
			"counts": "malformed_answer"},
		"garbage": {"license_information": "malformed_answer", "system": "malformed_answer",
			"counts": "malformed_answer"},
	} {
		t.Run(root, func(t *testing.T) {
			s := serve(t)
			s.describe(t, filepath.Join("testdata", root))
			got, err := s.collect(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("got + want -\n%s", diff)
			}
		})
	}
}

// If a field is missing, its category is still sent.
func TestOneFieldIsMissing(t *testing.T) {
	root := t.TempDir()
	if err := os.CopyFS(root, os.DirFS("testdata/good")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(root, "etc/hostname")); err != nil {
		t.Fatal(err)
	}
	s := serve(t)
	s.describe(t, root)
	got, err := s.collect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	system, _ := got["system"].(map[string]any)
	if system["missing host"] != "source_not_found" || system["version"] != "12" {
		t.Errorf("got %v want the version, and a reason for the host", system)
	}
}

func TestCollectComesAfterDescribe(t *testing.T) {
	if _, err := serve(t).collect(t.Context()); status.Code(err) != codes.FailedPrecondition {
		t.Errorf("got %v want %v", status.Code(err), codes.FailedPrecondition)
	}
}

// One collect runs at a time: others are refused, not queued behind one that may hang.
func TestOneCollectAtATime(t *testing.T) {
	s := serve(t)
	s.describe(t, slow(t))
	outcomes := make(chan codes.Code)
	for range 8 {
		go func() {
			_, err := s.collect(t.Context())
			outcomes <- status.Code(err)
		}()
	}
	got := map[codes.Code]int{}
	for range 8 {
		got[<-outcomes]++
	}
	if got[codes.OK] == 0 || got[codes.ResourceExhausted] == 0 || got[codes.OK]+got[codes.ResourceExhausted] != 8 {
		t.Errorf("got %v want some %v, all others %v", got, codes.OK, codes.ResourceExhausted)
	}
}

// slow returns a root that takes a while to read.
func slow(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	file := filepath.Join(root, "opt/example/state.json")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(`{"seats": 1, "rest": [`+strings.Repeat("0,", 500_000)+"0]}"),
		0o644); err != nil {
		t.Fatal(err)
	}
	return root
}

// If the host cancels a collect, the next one can run.
func TestCanceledCollectEnds(t *testing.T) {
	s := serve(t)
	s.describe(t, slow(t))
	ctx, giveUp := context.WithCancel(t.Context())
	stream, err := s.PluginClient.Collect(ctx, period())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Recv(); err != nil {
		t.Fatal(err)
	}
	giveUp()
	for deadline := time.Now().Add(time.Minute); ; {
		if _, err = s.collect(t.Context()); status.Code(err) != codes.ResourceExhausted || time.Now().After(deadline) {
			break
		}
	}
	if err != nil {
		t.Errorf("got %v of the next collect want none", status.Code(err))
	}
}
