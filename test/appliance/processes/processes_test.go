package processes_test

import (
	"debug/elf"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"polycom.com/usagedata/test/appliance/processes"
)

func start(t *testing.T, config processes.Config) *processes.Processes {
	t.Helper()
	p, err := processes.Start(config)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// stats are the lines of all children of this process that have the name.
func stats(t *testing.T, name string) []string {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		_, rest, named := strings.Cut(string(text), "("+name+") ")
		if err == nil && named && strings.Fields(rest)[1] == strconv.Itoa(os.Getpid()) {
			found = append(found, rest)
		}
	}
	return found
}

func TestZombiesAreZombiesUntilClose(t *testing.T) {
	p := start(t, processes.Config{Zombies: map[string]int{"SlowEater": 7, "a (b) c": 1}})
	for name, want := range map[string]int{"SlowEater": 7, "a (b) c": 1} {
		got := stats(t, name)
		if len(got) != want || slices.ContainsFunc(got, func(s string) bool { return s[0] != 'Z' }) {
			t.Errorf("%s: got %q, want %d zombies", name, got, want)
		}
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if got := append(stats(t, "SlowEater"), stats(t, "a (b) c")...); len(got) > 0 {
		t.Errorf("got %q after Close, want none", got)
	}
}

func TestCoreFiles(t *testing.T) {
	dir := t.TempDir()
	p := start(t, processes.Config{Cores: map[string]int{"Crasher": 2}, Dir: dir})
	pattern, err := os.ReadFile("/proc/sys/kernel/core_pattern")
	if err != nil {
		t.Fatal(err)
	}
	for _, core := range p.Cores() {
		t.Logf("real: %v", core.Real)
		if string(pattern) == "core\n" && !core.Real && os.Getuid() == 0 {
			t.Errorf("got no real core file, want one: the kernel is set to leave it where it is looked for")
		}
		if !core.Real {
			continue
		}
		file, err := elf.Open(core.Path)
		if err != nil {
			t.Fatal(err)
		}
		if file.Type != elf.ET_CORE || !strings.HasPrefix(filepath.Base(core.Path), "core.Crasher.") {
			t.Errorf("%s: got a file of type %v, want %v", filepath.Base(core.Path), file.Type, elf.ET_CORE)
		}
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("got %v, %v after Close, want nothing", left, err)
	}
}

func TestListenersListenUntilClose(t *testing.T) {
	p := start(t, processes.Config{Listen: []processes.Address{{"tcp4", "127.0.0.1:0"}, {"udp4", "127.0.0.1:0"}}})
	tcp, udp := p.Port(0), p.Port(1)
	at := net.JoinHostPort("127.0.0.1", strconv.FormatInt(tcp, 10))
	conn, err := net.Dial("tcp4", at)
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	if taken, err := net.ListenPacket("udp4", net.JoinHostPort("127.0.0.1", strconv.FormatInt(udp, 10))); err == nil {
		t.Errorf("%v: got free, want taken", taken.LocalAddr())
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if conn, err := net.Dial("tcp4", at); err == nil {
		t.Errorf("%v: got a connection after Close", conn.RemoteAddr())
	}
}

// What can't be made leaves nothing behind either.
func TestAFailureLeavesNothing(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	for what, config := range map[string]processes.Config{
		"a name with a folder": {Zombies: map[string]int{"Slow": 3, "a/b": 1}},
		"core files nowhere":   {Zombies: map[string]int{"Slow": 3}, Cores: map[string]int{"Crasher": 1}},
		"an address of no one": {Zombies: map[string]int{"Slow": 3}, Listen: []processes.Address{{"tcp4", "127.0.0.1:0"},
			{"tcp4", "192.0.2.1:5060"}}},
		"core files in a nowhere": {Cores: map[string]int{"Crasher": 1}, Dir: filepath.Join(temp, "missing")},
	} {
		if _, err := processes.Start(config); err == nil {
			t.Errorf("%s: got no error", what)
		}
		if got := stats(t, "Slow"); len(got) > 0 {
			t.Errorf("%s: got %q, want no process", what, got)
		}
		if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
			t.Errorf("%s: got %v, %v, want nothing", what, left, err)
		}
	}
}
