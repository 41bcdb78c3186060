package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"polycom.com/usagedata/test/appliance/postgres"
)

// parent makes the test binary the owner of a cluster, so that a test can kill one.
const parent = "TEST_PARENT_OF_A_CLUSTER"

func TestMain(m *testing.M) {
	if os.Getenv(parent) != "" {
		c, err := postgres.Start(postgres.Config{})
		if err != nil {
			panic(err)
		}
		fmt.Fprintln(os.Stdout, c.Socket)
		select {}
	}
	os.Exit(m.Run())
}

func start(t *testing.T) *postgres.Cluster {
	t.Helper()
	c, err := postgres.Start(postgres.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func TestItIsRealAndLeavesNothingBehind(t *testing.T) {
	began := time.Now()
	c := start(t)
	t.Logf("started in %v", time.Since(began))
	conn, err := c.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var people int
	if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM people").Scan(&people); err != nil || people < 3 {
		t.Errorf("got %d people, %v, want some", people, err)
	}
	if got := processesIn(c.Socket); len(got) < 3 {
		t.Errorf("got processes %v, want a server's", got)
	}
	port := c.Port
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if got := processesIn(c.Socket); len(got) != 0 {
		t.Errorf("got processes %v, want none", got)
	}
	if _, err := os.Stat(c.Socket); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v for the folder, want that it is gone", err)
	}
	if listens(t, port) {
		t.Errorf("port %d still listens", port)
	}
	if err := c.Close(); err != nil {
		t.Errorf("close again: got %v, want nothing", err)
	}
}

func TestItDiesWithWhoStartedIt(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	owner := exec.Command(self)
	owner.Env = append(os.Environ(), parent+"=1")
	out, err := owner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := owner.Start(); err != nil {
		t.Fatal(err)
	}
	var dir string
	if _, err := fmt.Fscanln(out, &dir); err != nil {
		t.Fatal(err)
	}
	if got := processesIn(dir); len(got) < 3 {
		t.Fatalf("got processes %v, want a server's", got)
	}
	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = owner.Wait() // killed
	if !soon(func() bool { return len(processesIn(dir)) == 0 }) {
		t.Errorf("got processes %v, want none", processesIn(dir))
	}
	start(t)
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v for the folder of the one that was killed, want that the next start removed it", err)
	}
}

func TestStandbyAndRecovering(t *testing.T) {
	c := start(t)
	began := time.Now()
	standby, err := c.Standby()
	if err != nil {
		t.Fatal(err)
	}
	defer standby.Close()
	t.Logf("standby in %v", time.Since(began))
	conn, err := standby.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	var recovering bool
	if err := conn.QueryRow(t.Context(), "SELECT pg_is_in_recovery()").Scan(&recovering); err != nil || !recovering {
		t.Errorf("got %v, %v, want a server in recovery", recovering, err)
	}
	if err := c.Exec(t.Context(), "CREATE TABLE arrives ()"); err != nil {
		t.Fatal(err)
	}
	arrived := func() bool {
		var there bool
		return conn.QueryRow(t.Context(), "SELECT to_regclass('arrives') IS NOT NULL").Scan(&there) == nil && there
	}
	if !soon(arrived) {
		t.Error("the standby does not follow")
	}
	other, err := c.Recovering()
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.Connect(t.Context()); err == nil || !strings.Contains(err.Error(), "57P03") {
		t.Errorf("got %v, want that it admits nobody", err)
	}
}

func TestTheReaderMayNotWrite(t *testing.T) {
	c := start(t)
	name, password := c.Reader()
	sources, err := c.Sources(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(),
		fmt.Sprintf("host=%s port=%d user=%s password=%s dbname=%s options='-c default_transaction_read_only=off'",
			c.Socket, c.Port, name, password, sources["name"]))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	for _, statement := range []string{"INSERT INTO people VALUES ('x')", "CREATE TABLE mine ()", "SELECT * FROM people"} {
		if _, err := conn.Exec(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "42501") {
			t.Errorf("%s: got %v, want that it is not permitted", statement, err)
		}
	}
}

func soon(holds func() bool) bool {
	for until := time.Now().Add(time.Minute); time.Now().Before(until); <-time.After(5 * time.Millisecond) {
		if holds() {
			return true
		}
	}
	return false
}

// processesIn lists the processes that work in a folder, as all of a server's do in its data.
func processesIn(dir string) []string {
	var found []string
	links, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, link := range links {
		if at, err := os.Readlink(link); err == nil && strings.HasPrefix(at, dir) {
			found = append(found, filepath.Base(filepath.Dir(link)))
		}
	}
	return found
}

// listens asks the kernel, so as not to connect to whoever has the port by now.
func listens(t *testing.T, port uint16) bool {
	t.Helper()
	text, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) > 3 && f[3] == "0A" && strings.HasSuffix(f[1], fmt.Sprintf(":%04X", port)) {
			return true
		}
	}
	return false
}
