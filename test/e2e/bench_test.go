package e2e

import (
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
