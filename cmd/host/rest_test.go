package main

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"polycom.com/usagedata/core/environment"
)

// SEND-5: between two cycles the service keeps neither the memory of the cycle nor its code.
func TestRestHandsMemoryBack(t *testing.T) {
	// Both kinds of memory are in use before.
	work := make([]byte, 32<<20)
	for i := range work {
		work[i] = 1
	}
	program, err := os.ReadFile("/proc/self/exe")
	if err != nil || len(program) == 0 {
		t.Fatal(err)
	}
	code, heap := resident(t, "RssFile:"), resident(t, "RssAnon:")
	work, program = nil, nil
	handBack()
	if now := resident(t, "RssFile:"); now > code*3/4 {
		t.Errorf("%d KB of code are resident, %d KB before", now, code)
	}
	if now := resident(t, "RssAnon:"); now > heap-32<<10 {
		t.Errorf("%d KB of data are resident, %d KB before", now, heap)
	}
}

// SEND-5: while the service rests, no garbage is collected that is not there, and requests for pages
// can't take more than their bound.
func TestRestBoundsGarbage(t *testing.T) {
	defer environment.BoundMemory()
	leaveGarbage()
	before := resident(t, "RssAnon:")
	for range 200 {
		page := make([]byte, 1<<20)
		for i := range page {
			page[i] = 1
		}
	}
	if now := resident(t, "RssAnon:"); now > before+restingLimit>>10 {
		t.Errorf("%d KB of data are resident, %d KB before", now, before)
	}
	if was := debug.SetGCPercent(-1); was != -1 {
		t.Errorf("garbage is collected at %d percent", was)
	}
}

func resident(t *testing.T, kind string) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), kind)
	kilobytes, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return kilobytes
}
