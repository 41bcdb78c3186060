package viewcontract

import (
	"crypto/rand"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"polycom.com/usagedata/core/sdk"
)

// checkRoles collects as a role with a wrong password, which is tried once because products lock
// accounts; as a role without the contract's rights; and from a database without the contract.
func (p Plugin) checkRoles(t *testing.T, s *Server) {
	wrong, refused, bare := s.Database(t), s.Database(t), s.Database(t)
	got := p.Collect(t, wrong.SourcesAs(t, "not "+canary))
	p.Compare(t, got, p.AllMissing(sdk.LoginRefused))
	wantNoNames(t, got, wrong.secrets())
	refusal := fmt.Sprintf("password authentication failed for user %q", wrong.Role)
	if n := strings.Count(s.Cluster.Log(), refusal); n != 1 {
		t.Errorf("got %d logins, want 1", n)
	}
	refused.Exec(t, fmt.Sprintf("REVOKE usage_data_reader FROM %q", refused.Role))
	p.Check(t, refused, p.AllMissing(sdk.NotPermitted))
	bare.Exec(t, "DROP SCHEMA usage_data CASCADE")
	p.Check(t, bare, p.AllMissing(sdk.NotOnRelease))
}

// checkRows changes the rows of views.
func (p Plugin) checkRows(t *testing.T, s *Server) {
	for _, broken := range []struct {
		how, view string
		reason    sdk.Reason
		spoil     func(*Database, testing.TB, string)
	}{
		{"slow", p.Slow, sdk.TimedOut, (*Database).SlowView},
		{"two rows", p.OneRow, sdk.Malformed, (*Database).DuplicateRows},
		{"two rows for the hour", p.Hour.View, sdk.Malformed, (*Database).DuplicateRows},
		{"no row", p.OneRow, sdk.NotFound, (*Database).EmptyView},
		{"failing", p.OneRow, sdk.SourceFailed, (*Database).FailView},
	} {
		t.Run(broken.how, func(t *testing.T) {
			t.Parallel()
			d, want := s.Database(t), Expected{Omitted: map[string]sdk.Reason{}}
			broken.spoil(d, t, broken.view)
			want.omit(p.Costs[broken.view], broken.reason)
			p.Check(t, d, want)
		})
	}
}

// checkWide adds columns to every view that are not in the contract: they are not even selected
// (ANON-1).
func (p Plugin) checkWide(t *testing.T, s *Server) {
	d := s.Database(t)
	all, _ := views(d.Columns(t))
	for _, view := range all {
		d.AddColumns(t, view)
	}
	p.Check(t, d, Expected{})
}

// checkPsql installs the contract as its head and the README instruct a product's team: with psql,
// as a role that may only create schemas and roles. It does so over the previous contract, in which
// days were texts, and again. Then everything is read.
func (p Plugin) checkPsql(t *testing.T, s *Server) {
	d, team, password := s.Database(t), rand.Text(), rand.Text()
	d.Exec(t, "DROP SCHEMA usage_data CASCADE",
		fmt.Sprintf("CREATE ROLE %q LOGIN CREATEROLE PASSWORD '%s'", team, password),
		fmt.Sprintf("GRANT CREATE ON DATABASE %q TO %[2]q", d.name, team))
	for _, contract := range []string{strings.ReplaceAll(s.contract, "::date", "::text"), s.contract, s.contract} {
		psql := exec.Command("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-1", "-d", d.name, "-f", "-")
		psql.Stdin = strings.NewReader(contract)
		psql.Env = append(psql.Environ(), "PGHOST="+s.Cluster.Socket, fmt.Sprint("PGPORT=", s.Cluster.Port),
			"PGUSER="+team,
			"PGPASSWORD="+password)
		if out, err := psql.CombinedOutput(); err != nil {
			t.Fatalf("psql: %v\n%s", err, out)
		}
	}
	p.Check(t, d, Expected{})
}
