// Package e2e runs scripts against real processes: the built host and plugin, real TLS on loopback,
// stand-ins for the product's interface and for the collection point. The scripts are in testdata,
// one file for each promise or user.
package e2e

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"polycom.com/usagedata/test/built"
	"polycom.com/usagedata/test/timezone"
)

// bin is the folder of the programs that `make build` makes, built once for all scripts. racedBin
// is the same for scripts whose programs run at the same time as others: built with the race
// detector if the tests are. A command that runs alone takes three times as long with the race
// detector, and has nothing to race with.
var bin, racedBin string

// zone is the time zone of the programs, unless a script makes another.
var zone string

func TestMain(m *testing.M) { os.Exit(play(m)) }

func play(m *testing.M) int {
	syscall.Umask(0o022) // no plugin is started from files that others may write
	dir, err := os.MkdirTemp("", "ud-bin")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	// In each cycle the host waits a second while the plugin measures the processor's use.
	// -parallel still overrides this.
	if err := flag.Set("test.parallel", strconv.Itoa(2*runtime.GOMAXPROCS(0))); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	// The local clock shows ten past the hour when the tests begin, so that no clock hour ends in
	// the middle of a test. An hour of UTC may: see awayFromTheHour.
	zone = filepath.Join(dir, "zone")
	if err := errors.Join(timezone.Write(zone, time.Now(), 0, 10, 0), os.Setenv("TZ", zone)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	clock, err := overlay(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	bin, racedBin = filepath.Join(dir, "bin"), filepath.Join(dir, "bin")
	err = errors.Join(makeBuild(bin, clock, "PRODUCTS="), built.Products(bin, productIDs()...), built.Receiver(bin))
	if raced && err == nil {
		racedBin = filepath.Join(bin, "raced")
		err = makeBuild(racedBin, clock, "PRODUCTS=dma", "RACE=-race", "CGO_ENABLED=1")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// productIDs returns the ids of the products of this repository. Their plugins do not use the clock
// that the tests change.
func productIDs() (ids []string) {
	profiles, _ := filepath.Glob("../../plugins/*/profile.yaml")
	for _, profile := range profiles {
		ids = append(ids, filepath.Base(filepath.Dir(profile)))
	}
	return ids
}

// makeBuild runs `make appliance` into a folder, with the clock of the tests.
func makeBuild(folder, clock string, variables ...string) error {
	build := exec.Command("make", append([]string{"--no-print-directory", "-C", "../..", "appliance", "BIN=" + folder,
		"CGO_ENABLED=0"}, variables...)...)
	build.Env = append(os.Environ(), "GOFLAGS="+os.Getenv("GOFLAGS")+" -overlay="+clock)
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	return nil
}

// besideOthers are the scripts in which our processes run at the same time, or are interrupted at
// work.
var besideOthers = []string{"api", "apichange", "apisocket", "atonce", "crash", "kill", "run", "send", "web",
	"withdraw", "zonechange"}

// programs returns the folder of the programs that a script runs.
func programs(script string) string {
	if slices.Contains(besideOthers, script) {
		return racedBin
	}
	return bin
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			folder := programs(strings.TrimPrefix(filepath.Base(env.WorkDir), "script-"))
			env.Setenv("PATH", folder+":"+env.Getenv("PATH"))
			env.Setenv("BIN", folder)
			env.Setenv("TZ", zone)
			env.Setenv("GORACE", os.Getenv("GORACE")) // see the Makefile
			env.Setenv("CONFIG", filepath.Join(env.WorkDir, "stage", "config.yaml"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"stage":       cmdStage,
			"exits":       cmdExits,
			"zone":        cmdZone,
			"posixzone":   cmdPOSIXZone,
			"later":       cmdLater,
			"behave":      cmdBehave,
			"fault":       cmdFault,
			"connected":   cmdConnected,
			"connections": cmdConnections,
			"received":    cmdReceived,
			"showsit":     cmdShowsIt,
			"nonames":     cmdNoNames,
			"killplugin":  cmdKillPlugin,
			"killhost":    cmdKillHost,
			"signal":      cmdSignal,
			"await":       cmdAwait,
			"noprocess":   cmdNoProcess,
			"replace":     cmdReplace,
			"described":   cmdDescribed,
		},
	})
}
