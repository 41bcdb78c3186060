package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/internal/logbridge"
	"polycom.com/usagedata/core/sdk/sdktest"
	cluster "polycom.com/usagedata/test/appliance/postgres"
)

// shared is the server that most tests query.
var shared *cluster.Cluster

func TestMain(m *testing.M) {
	c, err := cluster.Start(cluster.Config{})
	if err == nil {
		shared = c
		code := m.Run()
		if err = errors.Join(c.Close(), os.RemoveAll(examples)); err == nil {
			os.Exit(code)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// lines is a log that may be written concurrently.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// open returns a server with these settings as sources.database. If source is nil, the database is
// not configured.
func open(t *testing.T, source map[string]any) (*Server, *lines) {
	t.Helper()
	return openAt(t, "/", source)
}

func openAt(t *testing.T, root string, source map[string]any) (*Server, *lines) {
	t.Helper()
	sources := map[string]any{}
	if source != nil {
		sources[Source] = source
	}
	log := &lines{}
	env := sdktest.Env(t, sdktest.On{Root: root, Sources: sources})
	env.Log = logbridge.NewText(log)
	s := Open(env)
	t.Cleanup(s.Close)
	return s, log
}

// configured returns the settings that reach a cluster. changes replaces settings; nil removes one.
func configured(t *testing.T, c *cluster.Cluster, changes map[string]any) map[string]any {
	t.Helper()
	source, err := c.Sources(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(source, changes)
	maps.DeleteFunc(source, func(_ string, value any) bool { return value == nil })
	return source
}

func file(t *testing.T, mode os.FileMode, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// install drops and creates the contract's schema, then runs the statements, as a product's team
// writes them.
func install(t *testing.T, statements string) {
	t.Helper()
	if err := shared.Install(t.Context(), anew+statements); err != nil {
		t.Fatal(err)
	}
}

const anew = "DROP SCHEMA IF EXISTS usage_data CASCADE; CREATE SCHEMA usage_data; SET search_path = usage_data;"

// silent fails if the text holds one of the customer's names (ANON-1).
func silent(t *testing.T, c *cluster.Cluster, text ...any) {
	t.Helper()
	all := fmt.Sprintln(text...)
	for _, name := range append(c.Identifiers(), "127.0.0.1", fmt.Sprint(c.Port)) {
		if strings.Contains(all, name) {
			t.Errorf("got %q, want no %q", all, name)
		}
	}
}

func soon(holds func() bool) bool {
	for until := time.Now().Add(time.Minute); time.Now().Before(until); <-time.After(10 * time.Millisecond) {
		if holds() {
			return true
		}
	}
	return false
}

func n(value int64) *int64 { return &value }

// examples is the folder of the examples' credentials.
var examples = filepath.Join(os.TempDir(), fmt.Sprint("ud-examples-", os.Getpid()))

type outside struct{ testing.TB }

func (outside) Helper() {}

// Product returns the [sdk.Env] of a plugin on a product whose team has run these statements in the
// schema. It is exported for the examples, which are in another package.
func Product(statements string) sdk.Env {
	err := os.MkdirAll(examples, 0o700)
	source, unwritten := shared.Sources(examples)
	if err := errors.Join(err, unwritten, shared.Install(context.Background(), anew+statements)); err != nil {
		panic(err)
	}
	return sdktest.Env(outside{}, sdktest.On{Root: "/", Sources: map[string]any{Source: source}})
}

// mustExec runs statements as the superuser, even after the test has ended.
func mustExec(t *testing.T, sql string) {
	t.Helper()
	if err := shared.Exec(context.WithoutCancel(t.Context()), sql); err != nil {
		t.Error(err)
	}
}

// resetRole restores the reader's role after the test to the settings that it was created with.
func resetRole(t *testing.T) {
	name, _ := shared.Reader()
	t.Cleanup(func() {
		mustExec(t, fmt.Sprintf(`ALTER ROLE %[1]q RESET ALL; ALTER ROLE %[1]q CONNECTION LIMIT -1 VALID UNTIL 'infinity';
			ALTER ROLE %[1]q SET default_transaction_read_only = on`, name))
	})
}
