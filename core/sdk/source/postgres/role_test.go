package postgres

import (
	_ "embed"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	cluster "polycom.com/usagedata/test/appliance/postgres"
)

//go:embed doc.go
var documentation string

var statement = regexp.MustCompile(`(?m)^//\t((?:CREATE|ALTER|GRANT) [^;]*;)`)

// The role from the documentation is sufficient for everything that is read, and for nothing else:
// the server refuses the rest.
func TestTheDocumentedRole(t *testing.T) {
	t.Parallel()
	c := started(t, cluster.Config{})
	err := c.Exec(t.Context(),
		"CREATE SCHEMA usage_data; CREATE VIEW usage_data.one AS SELECT 7::bigint AS number FROM public.people LIMIT 1")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for _, found := range statement.FindAllStringSubmatch(documentation, -1) {
		documented = append(documented, strings.ReplaceAll(found[1], "…", "documented"))
	}
	if len(documented) != 5 {
		t.Fatalf("got %d statements in the documentation, want 5: %q", len(documented), documented)
	}
	if err := c.Exec(t.Context(), strings.Join(documented, "\n")); err != nil {
		t.Fatal(err)
	}
	s, log := open(t, configured(t, c, map[string]any{"credentials": file(t, 0o600, "usagedata:documented")}))
	if got, err := s.Statistics(t.Context()); err != nil || got.Connections == nil {
		t.Errorf("got %+v, %v, log %s, want statistics", got, err, log)
	}
	got, err := Row[number2](t.Context(), s, "one")
	if diff := cmp.Diff(number2{n(7)}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	for _, sql := range []string{
		"SELECT about FROM public.people", "SELECT rolpassword FROM pg_authid", "SELECT pg_read_file('PG_VERSION')",
		"SELECT pg_stat_reset()", "SELECT pg_ls_logdir()", "SELECT pg_reload_conf()",
	} {
		if err := statementOf(t, s, sql); sdk.Explain(err) != sdk.NotPermitted {
			t.Errorf("%s: got %v, want %q", sql, err, sdk.NotPermitted)
		}
	}
	for _, sql := range []string{"CREATE TABLE public.mine ()", "CREATE TEMPORARY TABLE mine ()",
		"INSERT INTO usage_data.one VALUES (1)"} {
		if err := statementOf(t, s, sql); err == nil {
			t.Errorf("%s: got no error, want one", sql)
		}
	}
}

// statementOf sends one of our queries with another statement in the same message, as no query of
// ours does.
func statementOf(t *testing.T, s *Server, sql string) error {
	t.Helper()
	_, err := s.ask(t.Context(), question{subject: "test", columns: []selected{{"one", "'1'"}}, from: "; " + sql})
	return err
}
