package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"polycom.com/usagedata/test/timezone"
)

// laterBy is the environment variable that sets the host's clock ahead, for example by 3h. Only the
// host that these tests build reads it. The tests need it because a real process takes the kernel's
// time, and an hour of UTC makes only one document, however often it is asked.
const laterBy = "USAGEDATA_TEST_LATER"

// hourEach is the environment variable that lets another hour begin each time so much time has
// passed, for example 7s. The minute of the hour stays the same.
const hourEach = "USAGEDATA_TEST_HOUR"

// declared reads the variables before main, which removes them.
const declared = "\nvar began = time.Now()" +
	"\nvar ahead, _ = time.ParseDuration(os.Getenv(\"" + laterBy + "\"))" +
	"\nvar each, _ = time.ParseDuration(os.Getenv(\"" + hourEach + "\"))" +
	"\nfunc later() time.Duration {" +
	"\n	if each == 0 {\n		return ahead\n	}" +
	"\n	return ahead + time.Since(began)/each*(time.Hour-each)\n}\n"

// edits are the lines that the tests' host has otherwise: its clock, and how often the service reads
// it, so that an hour can pass in seconds.
var edits = []struct{ file, line, changed, declared string }{
	{"../../core/clock/clock.go", "return time.Now().In(c.zone)", "return time.Now().Add(later()).In(c.zone)",
		declared},
	{"../../core/cycle/schedule.go", "longestWait  = time.Minute", "longestWait  = 5 * time.Second", ""},
}

// overlay writes the edited files of the tests' host, for `go build -overlay`.
func overlay(dir string) (path string, err error) {
	replaced, err := replacedBefore()
	if err != nil {
		return "", err
	}
	for _, e := range edits {
		file, err := filepath.Abs(e.file)
		if err != nil {
			return "", err
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		if strings.Count(string(text), e.line) != 1 {
			return "", fmt.Errorf("%s has not the line that the tests change", e.file)
		}
		replaced[file] = filepath.Join(dir, filepath.Base(e.file))
		edited := strings.Replace(string(text), e.line, e.changed, 1) + e.declared
		if err := os.WriteFile(replaced[file], []byte(edited), 0o600); err != nil {
			return "", err
		}
	}
	path = filepath.Join(dir, "overlay.json")
	replace, err := json.Marshal(map[string]any{"Replace": replaced})
	return path, errors.Join(err, os.WriteFile(path, replace, 0o600))
}

// replacedBefore returns the files that GOFLAGS already replaces, as test/later.sh does: if there
// are two overlays, only the last one counts.
func replacedBefore() (map[string]string, error) {
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	for _, flag := range strings.Fields(os.Getenv("GOFLAGS")) {
		path, found := strings.CutPrefix(flag, "-overlay=")
		if !found {
			continue
		}
		text, err := os.ReadFile(path)
		if err := errors.Join(err, json.Unmarshal(text, &overlay)); err != nil {
			return nil, err
		}
	}
	return overlay.Replace, nil
}

// cmdLater: later HOURS MINUTE sets the programs' clock ahead by hours, so that other hours of UTC
// have ended. In its zone the clock shows that minute of the same clock hour as before.
func cmdLater(ts *testscript.TestScript, _ bool, args []string) {
	hours, err := strconv.Atoi(args[0])
	ts.Check(err)
	minute, err := strconv.Atoi(args[1])
	ts.Check(err)
	path := ts.MkAbs("zone" + args[0])
	ts.Check(timezone.Write(path, time.Now(), -hours, minute, 0))
	ts.Setenv("TZ", path)
	ts.Setenv(laterBy, strconv.Itoa(hours)+"h")
}

// longest is the duration of the longest test so far, in nanoseconds.
var longest atomic.Int64

// awayFromTheHour waits if an hour of UTC is about to end, so that the following steps of a test
// belong to one period. A busy machine needs more time for them: up to two minutes, judged by the
// tests before. It returns a function that the test must call at its end.
func awayFromTheHour() (ended func()) {
	enough := min(max(40*time.Second, 2*time.Duration(longest.Load())), 2*time.Minute)
	if left := time.Until(time.Now().Truncate(time.Hour).Add(time.Hour)); left < enough {
		<-time.After(left)
	}
	began := time.Now()
	return func() {
		took := int64(time.Since(began))
		for before := longest.Load(); took > before && !longest.CompareAndSwap(before, took); before = longest.Load() {
		}
	}
}
