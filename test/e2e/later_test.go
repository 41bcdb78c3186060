package e2e

import (
	"encoding/json"
	"errors"
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

// overlay writes the clock of the tests' host, for `go build -overlay`: core/clock with one line
// changed.
func overlay(dir string) (path string, err error) {
	clock, err := filepath.Abs("../../core/clock/clock.go")
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(clock)
	if err != nil {
		return "", err
	}
	// The variable is read before main, which removes it.
	const line, changed = "return time.Now().In(c.zone)", "return time.Now().Add(later()).In(c.zone)"
	const declared = "\nvar began = time.Now()" +
		"\nvar ahead, _ = time.ParseDuration(os.Getenv(\"" + laterBy + "\"))" +
		"\nvar each, _ = time.ParseDuration(os.Getenv(\"" + hourEach + "\"))" +
		"\nfunc later() time.Duration {" +
		"\n	if each == 0 {\n		return ahead\n	}" +
		"\n	return ahead + time.Since(began)/each*(time.Hour-each)\n}\n"
	if strings.Count(string(text), line) != 1 {
		return "", errors.New("core/clock has not the line that the tests change")
	}
	other, path := filepath.Join(dir, "clock.go"), filepath.Join(dir, "overlay.json")
	replaced, err := replacedBefore()
	if err != nil {
		return "", err
	}
	replaced[clock] = other
	replace, err := json.Marshal(map[string]any{"Replace": replaced})
	edited := strings.Replace(string(text), line, changed, 1) + declared
	return path, errors.Join(err, os.WriteFile(other, []byte(edited), 0o600),
		os.WriteFile(path, replace, 0o600))
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
