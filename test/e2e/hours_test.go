package e2e

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"polycom.com/usagedata/test/stage"
)

// hours is the number of hours that one service runs; `make hours` uses 500.
var hours = flag.Int("hours", 4, "how many hours TestManyHoursInOneProcess runs")

// hourLasts is the time in which a test's hour passes: the service of these tests reads its clock
// every five seconds.
const hourLasts = 6 * time.Second

// holdings is what a process and its files take.
type holdings struct {
	memory      int64 // in KB, without mapped files
	descriptors int
	files       int
}

// SEND-5: a service that runs for weeks takes no more memory, descriptors and files than in its
// first hours.
func TestManyHoursInOneProcess(t *testing.T) {
	t.Parallel()
	s, err := stage.Set(stage.Plan{Dir: t.TempDir(), Bin: bin, Product: "dma", Blackout: "{before: 0s, after: 0s}"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	allow(t, s)
	service := s.Host("run")
	// These tests begin ten minutes past the hour, by the local clock: at its end every slot is past.
	service.Env = append(os.Environ(), fmt.Sprintf("%s=%s", hourEach, hourLasts),
		fmt.Sprintf("%s=%s", laterBy, 46*time.Minute-time.Since(beganAt)))
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = service.Process.Kill(); _ = service.Wait() })
	first, sent := holdings{}, 0
	for sent < *hours {
		now, err := after(t, s, service.Process.Pid, &sent)
		if err != nil {
			t.Fatal(err)
		}
		// The runtime keeps some memory back, and the spool remembers so many hours.
		if sent <= max(*hours/4, 2) {
			first = holdings{max(first.memory, now.memory), max(first.descriptors, now.descriptors),
				max(first.files, now.files)}
			continue
		}
		if *hours >= 100 && sent%20 == 0 || sent == *hours {
			t.Logf("%d documents: %+v, at first at most %+v", sent, now, first)
		}
		grew := now.memory > first.memory*5/4 || now.descriptors > first.descriptors || now.files > first.files
		if sent == *hours && grew {
			t.Errorf("after %d documents: got %+v, at first %+v", sent, now, first)
		}
	}
}

// after waits until more documents than those were sent, and a little longer, and returns what the
// process holds then.
func after(t *testing.T, s *stage.Stage, pid int, sent *int) (holdings, error) {
	until := time.Now().Add(time.Minute)
	for len(s.Point.Received()) <= *sent {
		if time.Now().After(until) {
			return holdings{}, fmt.Errorf("no document within a minute after the first %d", *sent)
		}
		<-time.After(100 * time.Millisecond)
	}
	<-time.After(2 * time.Second)
	*sent = len(s.Point.Received())
	h := holdings{memory: status(pid, "RssAnon:")}
	open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		return h, fmt.Errorf("the service has ended: %w", err)
	}
	h.descriptors = len(open)
	for _, part := range []string{"state", "run", "log"} {
		_ = filepath.WalkDir(filepath.Join(s.Dir, part), func(path string, entry fs.DirEntry, err error) error {
			if path == filepath.Join(s.Dir, "state", "sent") { // it grows up to its bounds
				return fs.SkipDir
			}
			if err == nil && !entry.IsDir() {
				h.files++
			}
			return nil
		})
	}
	return h, nil
}
