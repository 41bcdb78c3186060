package e2e

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/test/stage"
)

// BenchmarkCycle measures a whole `usagedata send`: the start of host and plugin, collect, upload
// over TLS, exit. Apart from the wall time it reports the CPU time of host and plugin together, the
// highest resident memory of each, and the bytes at the socket. The wall time includes the interval
// over which the plugin measures the CPU's use.
func BenchmarkCycle(b *testing.B) {
	s, err := stage.Set(stage.Plan{Dir: b.TempDir(), Bin: bin, Product: "dma", Blackout: "{before: 0s, after: 0s}"})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	if out, err := s.Host("consent", "allow", "--yes").CombinedOutput(); err != nil {
		b.Fatalf("consent: %v\n%s", err, out)
	}
	var cpu time.Duration
	var host, plugin int64
	in, out := s.Point.BytesIn(), s.Point.BytesOut()
	for i := 0; b.Loop(); i++ {
		c := send(b, s, i)
		cpu += c.cpu
		host, plugin = max(host, c.host), max(plugin, c.plugin)
	}
	n := float64(b.N)
	b.ReportMetric(float64(cpu.Milliseconds())/n, "cpu-ms/op")
	b.ReportMetric(float64(host)/1024, "host-peak-MB")
	b.ReportMetric(float64(plugin)/1024, "plugin-peak-MB")
	b.ReportMetric(float64(s.Point.BytesIn()-in)/n, "wire-out-B/op")
	b.ReportMetric(float64(s.Point.BytesOut()-out)/n, "wire-in-B/op")
	if got := len(s.Point.Received()); got != b.N {
		b.Errorf("received %d documents in %d cycles", got, b.N)
	}
}

type cost struct {
	cpu          time.Duration
	host, plugin int64 // kilobytes
}

// send runs one cycle, this many hours from now: each cycle has a period and a budget of its own.
func send(b *testing.B, s *stage.Stage, hour int) cost {
	command := s.Host("send")
	command.Env = append(os.Environ(), fmt.Sprintf("%s=%dh", laterBy, hour))
	var said strings.Builder
	command.Stdout, command.Stderr = &said, &said
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	done := make(chan struct{})
	peaks := make(chan cost)
	go watchPeaks(s, command.Process.Pid, done, peaks)
	err := command.Wait()
	close(done)
	c := <-peaks
	if err != nil {
		b.Fatalf("send: %v\n%s", err, said.String())
	}
	// The host waits for its plugin, so the kernel has added the plugin's time to the host's.
	c.cpu = command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	return c
}

// watchPeaks reads the highest resident memory of both processes until done is closed.
func watchPeaks(s *stage.Stage, host int, done <-chan struct{}, result chan<- cost) {
	var c cost
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case <-done:
			result <- c
			return
		case <-look.C:
			c.host = max(c.host, peak(host))
			for _, pid := range processes(filepath.Join(s.Dir, "products")) {
				c.plugin = max(c.plugin, peak(pid))
			}
		}
	}
}

// peak returns a process's VmHWM in kilobytes, or 0 if the process is gone.
func peak(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kilobytes, _ := strconv.ParseInt(fields[0], 10, 64)
	return kilobytes
}

// BenchmarkIdle measures the cost of the installed service while nothing happens: its memory, and
// its processor time in an hour, extrapolated from ten seconds. With a timer instead of the service
// there is no process between cycles; once.txtar checks that.
func BenchmarkIdle(b *testing.B) {
	s, err := stage.Set(stage.Plan{Dir: b.TempDir(), Bin: bin, Product: "dma"})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	service := s.Host("run")
	if err := service.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() {
		_ = service.Process.Signal(os.Interrupt)
		_ = service.Wait()
	}()
	<-time.After(5 * time.Second)
	before := ticks(b, service.Process.Pid)
	<-time.After(10 * time.Second)
	b.ReportMetric(float64(resident(b, service.Process.Pid))/1024, "resident-MB")
	b.ReportMetric(float64(ticks(b, service.Process.Pid)-before)*10*360, "cpu-ms/hour")
	b.ReportMetric(0, "ns/op")
}

// ticks returns a process's processor time so far, in hundredths of a second.
func ticks(b *testing.B, pid int) int {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	user, err := strconv.Atoi(fields[11])
	system, failed := strconv.Atoi(fields[12])
	if err := errors.Join(err, failed); err != nil {
		b.Fatal(err)
	}
	return user + system
}

// resident returns a process's current memory, in KiB.
func resident(b *testing.B, pid int) int {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if kib, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(kib), " kB"))
			if err != nil {
				b.Fatal(err)
			}
			return n
		}
	}
	b.Fatal("no memory is told of")
	return 0
}
