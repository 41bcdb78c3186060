package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/stage"
	"polycom.com/usagedata/test/timezone"
)

// playing holds the [stage.Stage] of each running script.
var playing = map[*testscript.TestScript]*stage.Stage{}

// cmdStage: stage [open] [release=…] [product=…] sets up an appliance in $WORK/stage.
func cmdStage(ts *testscript.TestScript, _ bool, args []string) {
	plan := stage.Plan{Dir: ts.MkAbs("stage"), Bin: ts.Getenv("BIN"), Product: "dma"}
	for _, arg := range args {
		key, value, _ := strings.Cut(arg, "=")
		switch key {
		case "open": // no blackout, so that the script works at any minute
			plan.Blackout = "{before: 0s, after: 0s}"
		case "release":
			plan.Release = platformapi.Release(value)
		case "product":
			plan.Product = value
		default:
			ts.Fatalf("stage: what is %s?", arg)
		}
	}
	ts.Check(os.MkdirAll(plan.Dir, 0o755))
	ts.Defer(awayFromTheHour())
	s, err := stage.Set(plan)
	ts.Check(err)
	lock.Lock()
	playing[ts] = s
	lock.Unlock()
	ts.Defer(func() {
		if err := s.Close(); err != nil {
			ts.Logf("close stage: %v", err)
		}
	})
}

func stageOf(ts *testscript.TestScript) *stage.Stage {
	lock.Lock()
	defer lock.Unlock()
	if playing[ts] == nil {
		ts.Fatalf("no stage is set")
	}
	return playing[ts]
}

// cmdExits: exits CODE COMMAND… runs a program and fails unless it exits with this code. stdout and
// stderr can then be checked.
func cmdExits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		got = ended.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("%s: exit code %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

// cmdZone: zone MINUTE [OF] makes the local clock show that minute of the hour. It makes a new zone
// or, with OF, changes the one that `zone OF` made, while programs run in it.
func cmdZone(ts *testscript.TestScript, _ bool, args []string) {
	minute, err := strconv.Atoi(args[0])
	ts.Check(err)
	path := ts.MkAbs("zone" + args[len(args)-1])
	ts.Check(timezone.Write(path, time.Now(), 0, minute, 0))
	ts.Setenv("TZ", path)
}

// cmdPOSIXZone: posixzone MINUTE makes the local clock show that minute of the hour by means of a
// POSIX time zone.
func cmdPOSIXZone(ts *testscript.TestScript, _ bool, args []string) {
	minute, err := strconv.Atoi(args[0])
	ts.Check(err)
	ts.Setenv("TZ", fmt.Sprintf("XYZ-0:%02d", (minute-time.Now().UTC().Minute()+60)%60))
}

// cmdBehave: behave LINE… queues the behavior of the collection point on the next connections.
func cmdBehave(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(stageOf(ts).Point.Behave(args...))
}

// cmdConnections: connections N fails unless the collection point has had N connections in total.
func cmdConnections(ts *testscript.TestScript, _ bool, args []string) {
	if got := strconv.FormatInt(stageOf(ts).Point.Connections(), 10); got != args[0] {
		ts.Fatalf("the collection point had %s connections, want %s", got, args[0])
	}
}

// cmdConnected: connected N waits until the collection point has had N connections.
func cmdConnected(ts *testscript.TestScript, _ bool, args []string) {
	for until := time.Now().Add(30 * time.Second); time.Now().Before(until); <-time.After(20 * time.Millisecond) {
		if strconv.FormatInt(stageOf(ts).Point.Connections(), 10) == args[0] {
			return
		}
	}
	ts.Fatalf("the collection point never had %s connections", args[0])
}

// cmdReceived: received N fails unless the collection point has stored N documents.
func cmdReceived(ts *testscript.TestScript, _ bool, args []string) {
	if got := strconv.Itoa(len(stageOf(ts).Point.Received())); got != args[0] {
		ts.Fatalf("the collection point has %s documents, want %s", got, args[0])
	}
}

// cmdShowsIt: showsit fails unless analytics.json is the document that was received last, byte for
// byte (VIEW-1).
func cmdShowsIt(ts *testscript.TestScript, _ bool, _ []string) {
	s := stageOf(ts)
	shown, err := os.ReadFile(filepath.Join(s.Dir, "analytics.json"))
	ts.Check(err)
	received := s.Point.Received()
	if len(received) == 0 || !bytes.Equal(received[len(received)-1].Body, shown) {
		ts.Fatalf("analytics.json is not what was received")
	}
}

// cmdAwait: await FILE TEXT waits until a file contains the text.
func cmdAwait(ts *testscript.TestScript, _ bool, args []string) {
	for until := time.Now().Add(30 * time.Second); time.Now().Before(until); <-time.After(50 * time.Millisecond) {
		text, _ := os.ReadFile(ts.MkAbs(args[0]))
		if bytes.Contains(text, []byte(args[1])) {
			return
		}
	}
	ts.Fatalf("%s does not come to hold %q", args[0], args[1])
}

// cmdReplace: replace FILE OLD NEW replaces OLD, which must be in the file.
func cmdReplace(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	info, err := os.Stat(path)
	ts.Check(err)
	ts.Check(os.WriteFile(path, []byte(strings.ReplaceAll(text, args[1], args[2])), info.Mode()))
}
