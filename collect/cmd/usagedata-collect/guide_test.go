package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/collect/config"
)

var (
	consoleBlock = regexp.MustCompile("(?s)```console\n(.*?)```")
	yamlBlock    = regexp.MustCompile("(?s)```yaml\n(.*?)```")
)

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// untilReceiving interrupts a receiver when it logs that it receives.
type untilReceiving struct {
	strings.Builder
	cancel context.CancelFunc
}

func (u *untilReceiving) Write(line []byte) (int, error) {
	if strings.Contains(string(line), "msg=receiving") {
		u.cancel()
	}
	return u.Builder.Write(line)
}

// The guide works as written: each command of a console block succeeds, and each configuration is
// valid.
func TestGuide(t *testing.T) {
	guide := readFile(t, "../../README.md")
	folder, path := tried(t)
	here := strings.NewReplacer("/tmp/usagedata-try", filepath.Join(t.TempDir(), "try"),
		"/etc/usagedata-collect/appliances-ca.pem", filepath.Join(folder, "authority.pem"),
		"/etc/usagedata-collect/s3-ca.pem", filepath.Join(folder, "authority.pem"),
		"/etc/usagedata-collect", folder, "/var/lib/usagedata-collect", filepath.Join(folder, "store"))
	for _, name := range []string{"s3.id", "s3.secret"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("x\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, to := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(guide, -1) {
		if _, err := os.Stat(filepath.Join("../..", to[1])); err != nil {
			t.Errorf("link to %s: %v", to[1], err)
		}
	}
	prepared, err := prepare(here.Replace("/tmp/usagedata-try"), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free := readFile(t, prepared.path("config.yaml")) + "inner: 127.0.0.1:0\n" // other tests may use the usual ports
	if err := os.WriteFile(prepared.path("config.yaml"), []byte(free), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, block := range consoleBlock.FindAllStringSubmatch(guide, -1) {
		for line := range strings.Lines(block[1]) {
			words := strings.Fields(here.Replace(line))
			if len(words) < 3 || words[0] != "$" || words[1] != "usagedata-collect" {
				t.Errorf("%q: this test does not know how to run it", line)
				continue
			}
			ctx, cancel := context.WithCancel(t.Context())
			errs := &untilReceiving{cancel: cancel}
			args := append([]string{"--config", path}, words[2:]...)
			if code := run(ctx, args, streams{io.Discard, errs}); code != exitOK {
				t.Errorf("%q: got %d, %s", line, code, errs)
			}
			cancel()
		}
	}
	var given []string
	for _, block := range yamlBlock.FindAllStringSubmatch(guide, -1) {
		text := here.Replace(block[1])
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := config.Load(path); err != nil {
			t.Errorf("%v in\n%s", err, text)
		}
		for _, key := range regexp.MustCompile(`(?m)^ *([a-z0-9_]+):`).FindAllStringSubmatch(text, -1) {
			given = append(given, key[1])
		}
	}
	slices.Sort(given)
	keys := keysIn(reflect.TypeFor[config.Config]())
	slices.Sort(keys)
	if diff := cmp.Diff(slices.Compact(keys), slices.Compact(given)); diff != "" {
		t.Errorf("keys, of the struct - of the guide +:\n%s", diff)
	}
}

// keysIn returns the keys of a struct and of those in it.
func keysIn(of reflect.Type) (keys []string) {
	for i := range of.NumField() {
		field := of.Field(i)
		keys = append(keys, field.Tag.Get("yaml"))
		if field.Type.Kind() == reflect.Struct {
			keys = append(keys, keysIn(field.Type)...)
		}
	}
	return keys
}

// The guide lists the exit codes.
func TestExitCodesInGuide(t *testing.T) {
	guide := readFile(t, "../../README.md")
	for _, code := range []int{exitOK, exitUsage, exitFailed, exitDamaged} {
		if !strings.Contains(guide, fmt.Sprintf("\n| %d | ", code)) {
			t.Errorf("the guide does not have the exit code %d", code)
		}
	}
}
