package e2e

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/test/built"
	"polycom.com/usagedata/test/stage"
	"polycom.com/usagedata/test/timezone"
)

// BenchmarkCycle measures one hour's work: a whole `usagedata send`, against the floor of its own
// stack (test/floor) with both kinds of keys, and against the script that a customer would write
// with psql and curl. They take turns within one run, so that other load affects all. Every column
// is a median, and the last ones are ratios, which can be compared between machines.
func BenchmarkCycle(b *testing.B) {
	s := consenting(b, bin)
	contenders, err := contenders(b.TempDir(), s)
	if err != nil {
		b.Fatal(err)
	}
	costs := map[string][]cost{}
	for i := 0; b.Loop(); i++ {
		for _, c := range contenders {
			spent, err := spend(s, c.command(i))
			if err != nil {
				b.Fatalf("%s: %v", c.name, err)
			}
			costs[c.name] = append(costs[c.name], spent)
		}
	}
	if got, want := len(s.Point.Received()), b.N*len(contenders); got != want {
		b.Errorf("received %d documents, want %d", got, want)
	}
	ours := costs[contenders[0].name]
	for i, c := range contenders {
		for _, m := range metrics {
			value := middle(costs[c.name], m.of)
			b.ReportMetric(value, c.name+"-"+m.name)
			if i > 0 && m.compared {
				b.ReportMetric(middle(ours, m.of)/value, m.name+"/"+c.name)
			}
		}
	}
}

// consenting returns a whole appliance that may send at any minute.
func consenting(b *testing.B, bin string) *stage.Stage {
	s, err := stage.Set(stage.Plan{Dir: b.TempDir(), Bin: bin, Product: "dma", Whole: true,
		Blackout: "{before: 0s, after: 0s}"})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	if out, err := s.Host("consent", "allow", "--yes").CombinedOutput(); err != nil {
		b.Fatalf("consent: %v\n%s", err, out)
	}
	return s
}

// contender does one hour's work; a number makes each time another hour or id.
type contender struct {
	name    string
	command func(i int) *exec.Cmd
}

// contenders returns this host, and everything that it is compared with and that is installed.
func contenders(dir string, s *stage.Stage) ([]contender, error) {
	floor, script := filepath.Join(dir, "floor"), filepath.Join(dir, "script")
	build := exec.Command("go", "build", "-ldflags", "-s -w", "-o", floor, "../floor")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build floor: %w\n%s", err, out)
	}
	upload := func(name string, i int) []string {
		return []string{"-url", fmt.Sprintf("%s/v1/usage/floor/%s-%d", s.Point.URL(), name, i), "-ca",
			filepath.Join(s.Dir, "point-ca.pem"), "-out", filepath.Join(dir, name+".json")}
	}
	all := []contender{
		{"send", func(i int) *exec.Cmd {
			c := s.Host("send")
			c.Env = append(os.Environ(), fmt.Sprintf("%s=%dh", laterBy, i))
			return c
		}},
		{"floor", func(i int) *exec.Cmd { return exec.Command(floor, upload("floor", i)...) }},
		{"p256", func(i int) *exec.Cmd { return exec.Command(floor, append(upload("p256", i), "-p256")...) }},
	}
	for _, needed := range []string{"psql", "curl", "gzip"} {
		if _, err := exec.LookPath(needed); err != nil {
			return all, nil
		}
	}
	if err := os.WriteFile(script, []byte(shell), 0o755); err != nil {
		return nil, err
	}
	environment, err := connection(dir, s)
	return append(all, contender{"script", func(i int) *exec.Cmd {
		c := exec.Command(script, upload("script", i)...)
		c.Env = append(os.Environ(), environment...)
		return c
	}}), err
}

// shell is what a customer would put into cron. It is called as floor is.
const shell = `#!/bin/bash
set -e -o pipefail
psql -At -c 'SELECT jsonb_agg(t) FROM (SELECT * FROM pg_settings LIMIT 12) t' \
	-c 'SELECT jsonb_agg(t) FROM pg_stat_database t' -c 'SELECT count(*) FROM pg_class' >"$6.rows"
{ printf '{"rows":['; paste -sd, "$6.rows"; printf '],"load":"%s","memory":%s}' "$(cut -d' ' -f1 /proc/loadavg)" \
	"$(awk '/MemAvailable/ {print $2}' /proc/meminfo)"; } | gzip >"$6"
digest=$(openssl dgst -sha256 -binary "$6" | base64)
exec curl -sS --fail --cacert "$4" -T "$6" -H 'Content-Type: application/json' -H 'Content-Encoding: gzip' \
	-H "Content-Digest: sha-256=:$digest:" "$2"
`

// connection returns the environment with which psql reads the stage's database.
func connection(dir string, s *stage.Stage) ([]string, error) {
	settings := s.Sources()["database"]
	address, _ := settings["address"].(string)
	name, _ := settings["name"].(string)
	credentials, _ := settings["credentials"].(string)
	host, port, _ := strings.Cut(address, ":")
	login, err := os.ReadFile(credentials)
	user, password, _ := strings.Cut(strings.TrimSpace(string(login)), ":")
	pass := filepath.Join(dir, "pgpass")
	err = errors.Join(err, os.WriteFile(pass, []byte("*:*:*:*:"+password+"\n"), 0o600))
	return []string{"PGHOST=" + host, "PGPORT=" + port, "PGDATABASE=" + name, "PGUSER=" + user,
		"PGPASSFILE=" + pass}, err
}

// cost is that of one run, with all processes that it started.
type cost struct {
	wall, cpu, first time.Duration // first: from the start to the first byte of the upload
	peak             int64         // kilobytes, the sum of the highest of each process
	wire             int64         // bytes of TCP, in and out
}

// metric is a column of the benchmark.
type metric struct {
	name     string
	of       func(cost) float64
	compared bool
}

var metrics = []metric{
	{"wall-ms", func(c cost) float64 { return milliseconds(c.wall) }, true},
	{"cpu-ms", func(c cost) float64 { return milliseconds(c.cpu) }, true},
	{"first-ms", func(c cost) float64 { return milliseconds(c.first) }, true},
	{"peak-MB", func(c cost) float64 { return float64(c.peak) / 1024 }, false},
	{"wire-B", func(c cost) float64 { return float64(c.wire) }, false},
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func middle(costs []cost, of func(cost) float64) float64 {
	var values []float64
	for _, c := range costs {
		values = append(values, of(c))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// spend runs the command to its end. The processes that it starts must end before it does.
func spend(s *stage.Stage, command *exec.Cmd) (c cost, err error) {
	var said strings.Builder
	command.Stdout, command.Stderr = &said, &said
	in, out := s.Point.BytesIn(), s.Point.BytesOut()
	began := time.Now()
	if err := command.Start(); err != nil {
		return c, err
	}
	done, watched := make(chan struct{}), make(chan cost)
	go watch(s, began, command.Process.Pid, done, watched)
	err = command.Wait()
	c.wall = time.Since(began)
	close(done)
	seen := <-watched
	if err != nil {
		return c, fmt.Errorf("%w\n%s", err, said.String())
	}
	// A process waits for those that it starts, so the kernel has added their time to its own.
	c.cpu = command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	c.first, c.peak = seen.first, seen.peak
	c.wire = s.Point.BytesIn() + s.Point.BytesOut() - in - out
	return c, nil
}

// watch notes when the first byte arrives at the collection point, and the highest resident memory
// of each process, until done is closed.
func watch(s *stage.Stage, began time.Time, pid int, done <-chan struct{}, result chan<- cost) {
	var c cost
	peaks := map[int]int64{}
	before := s.Point.BytesIn()
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	for n := 0; ; n++ {
		select {
		case <-done:
			for _, kilobytes := range peaks {
				c.peak += kilobytes
			}
			result <- c
			return
		case <-look.C:
		}
		if c.first == 0 && s.Point.BytesIn() > before {
			c.first = time.Since(began)
		}
		if n%5 == 0 {
			for _, of := range family(pid) {
				peaks[of] = max(peaks[of], status(of, "VmHWM:"))
			}
		}
	}
}

// family returns a process and those that it and its threads have started.
func family(pid int) []int {
	all := []int{pid}
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, list := range lists {
		text, _ := os.ReadFile(list)
		for _, word := range strings.Fields(string(text)) {
			if child, err := strconv.Atoi(word); err == nil {
				all = append(all, family(child)...)
			}
		}
	}
	return all
}

// status returns a number of /proc/PID/status, or 0 if the process is gone.
func status(pid int, key string) int64 {
	return numberIn(fmt.Sprintf("/proc/%d/status", pid), key)
}

func numberIn(path, key string) int64 {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, found := strings.CutPrefix(line, key); found {
			n, _ := strconv.ParseInt(strings.Fields(rest + " 0")[0], 10, 64)
			return n
		}
	}
	return 0
}

// idleFor is how long the resident service is observed after its cycle.
const idleFor = 150 * time.Second

// BenchmarkIdle measures the resident service between two cycles, after one has run: memory as its
// proportional share, the part of it that is no file, and CPU time. It takes three minutes. The host
// is the one that is installed: the one of the other tests reads the clock more often.
func BenchmarkIdle(b *testing.B) {
	bin := filepath.Join(b.TempDir(), "bin")
	if err := errors.Join(makeBuild(bin, "", "PRODUCTS="), built.Products(bin, "dma")); err != nil {
		b.Fatal(err)
	}
	s := consenting(b, bin)
	service := s.Host("run")
	// All slots of the local clock's hour are past.
	zone := filepath.Join(b.TempDir(), "zone")
	if err := timezone.Write(zone, time.Now(), 0, 56, 0); err != nil {
		b.Fatal(err)
	}
	service.Env = append(os.Environ(), "TZ="+zone)
	if err := service.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() { _ = service.Process.Kill(); _ = service.Wait() }()
	pid := service.Process.Pid
	if err := sent(s); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		before := worked(pid)
		<-time.After(idleFor)
		perMinute := float64(worked(pid)-before) / float64(time.Millisecond) / idleFor.Minutes()
		b.ReportMetric(perMinute, "cpu-ms/minute")
	}
	report(b, pid, "after")
}

var beganAt = time.Now()

// sent waits until the service has uploaded a document.
func sent(s *stage.Stage) error {
	for until := time.Now().Add(time.Minute); time.Now().Before(until); <-time.After(time.Second) {
		if len(s.Point.Received()) > 0 {
			<-time.After(5 * time.Second)
			return nil
		}
	}
	return errors.New("the service has not sent anything within a minute")
}

func report(b *testing.B, pid int, when string) {
	rollup := fmt.Sprintf("/proc/%d/smaps_rollup", pid)
	for name, key := range map[string]string{"pss": "Pss:", "anonymous": "Anonymous:"} {
		b.ReportMetric(float64(numberIn(rollup, key))/1024, name+"-MB-"+when)
	}
}

// worked returns the time that the threads of a process have had processors, in nanoseconds. The
// hundredths of a second in /proc/PID/stat would be too coarse: they count whole ticks.
func worked(pid int) (all int64) {
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	for _, list := range lists {
		text, _ := os.ReadFile(list)
		n, _ := strconv.ParseInt(strings.Fields(string(text) + " 0")[0], 10, 64)
		all += n
	}
	return all
}
