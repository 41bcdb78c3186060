// Package viewcontract checks a plugin against its view contract, usage_data.sql, on a real
// PostgreSQL server: the file's documentation, the profile's approval and the plugin's queries must
// agree. Each test gets a database of its own, with a role that has only the rights that the
// contract grants.
package viewcontract

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"polycom.com/usagedata/test/appliance/postgres"
)

// Server is a cluster in which the contract is installed. Start it with [Server.Run].
type Server struct {
	Cluster *postgres.Cluster

	contract string
	password string // of the role that creates databases
	template string

	mu   sync.Mutex
	made int
}

// steward is the role that creates databases and changes views.
const steward = "steward_ravenscroft"

// Run runs a package's tests with a server, from TestMain, and returns the exit status.
func (s *Server) Run(m *testing.M, contract string) (status int) {
	if err := s.start(context.Background(), contract); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	status = m.Run()
	if err := s.Cluster.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return status
}

// start starts the cluster and installs the contract twice, because it may be run again.
func (s *Server) start(ctx context.Context, contract string) (err error) {
	s.contract, s.password = contract, rand.Text()
	if s.Cluster, err = postgres.Start(postgres.Config{}); err != nil {
		return err
	}
	err = errors.Join(
		s.Cluster.Install(ctx, contract),
		s.Cluster.Install(ctx, contract),
		s.Cluster.Exec(ctx, "CREATE SCHEMA product; CREATE ROLE "+steward+" SUPERUSER LOGIN PASSWORD '"+s.password+"'"),
	)
	if err == nil {
		s.template, err = s.product(ctx)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("start view contract: %w", err), s.Cluster.Close())
	}
	return nil
}

// product returns the name of the product's database, which is the template of the tests'
// databases.
func (s *Server) product(ctx context.Context) (name string, err error) {
	conn, err := s.Cluster.Connect(ctx)
	if err != nil {
		return "", err
	}
	err = conn.QueryRow(ctx, "SELECT current_database()").Scan(&name)
	return name, errors.Join(err, conn.Close(ctx))
}

// Database is the database of one test.
type Database struct {
	Role string // the role that the plugin logs in as

	name, password string
	server         *Server
}

// Database creates a database for the duration of the test.
func (s *Server) Database(t testing.TB) *Database {
	t.Helper()
	d := s.next()
	s.exec(t, "postgres",
		fmt.Sprintf("CREATE DATABASE %q TEMPLATE %q", d.name, s.template),
		fmt.Sprintf("CREATE ROLE %q LOGIN PASSWORD '%s' CONNECTION LIMIT 2 "+
			"IN ROLE usage_data_reader, pg_read_all_stats",
			d.Role, d.password))
	t.Cleanup(func() { s.exec(t, "postgres", fmt.Sprintf("DROP DATABASE %q WITH (FORCE)", d.name)) })
	return d
}

func (s *Server) next() *Database {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made++
	return &Database{
		name: fmt.Sprintf("stoneleigh-hospice-%d", s.made), Role: fmt.Sprintf("svc-thistlewood-%d", s.made),
		password: rand.Text(), server: s,
	}
}

// Exec runs statements one by one, as the owner of the views.
func (d *Database) Exec(t testing.TB, statements ...string) {
	t.Helper()
	d.server.exec(t, d.name, statements...)
}

func (s *Server) exec(t testing.TB, database string, statements ...string) {
	t.Helper()
	conn := s.connect(t, database)
	defer conn.Close(context.Background())
	for _, statement := range statements {
		if _, err := conn.PgConn().Exec(context.Background(), statement).ReadAll(); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

func (s *Server) connect(t testing.TB, database string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(context.Background(),
		fmt.Sprintf("host=%s port=%d user=%s password=%s dbname=%s sslmode=disable",
			s.Cluster.Socket, s.Cluster.Port, steward, s.password, database))
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// Sources returns the settings under sources in config.yaml.
func (d *Database) Sources(t testing.TB) map[string]any {
	t.Helper()
	return d.SourcesAs(t, d.password)
}

// SourcesAs returns the same settings with another password.
func (d *Database) SourcesAs(t testing.TB, password string) map[string]any {
	t.Helper()
	path := filepath.Join(t.TempDir(), "credentials")
	if err := os.WriteFile(path, []byte(d.Role+":"+password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return map[string]any{"database": map[string]any{
		"address": fmt.Sprintf("127.0.0.1:%d", d.server.Cluster.Port), "name": d.name, "credentials": path,
	}}
}

// secrets returns the names, passwords and people of the customer.
func (d *Database) secrets() []string {
	return append([]string{"stoneleigh", "thistlewood", d.password, steward, d.server.password, canary},
		d.server.Cluster.Identifiers()...)
}

// FindSecrets lists the secrets that text holds.
func (d *Database) FindSecrets(text string) (found []string) {
	for _, secret := range d.secrets() {
		if strings.Contains(text, secret) {
			found = append(found, secret)
		}
	}
	return found
}
