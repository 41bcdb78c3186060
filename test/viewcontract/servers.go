package viewcontract

import (
	"fmt"
	"strings"
	"testing"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/test/appliance/postgres"
)

// Nothing expects that no view can be read, for one reason.
func (p Plugin) Nothing(reason sdk.Reason) Expected {
	want := Expected{Omitted: map[string]sdk.Reason{}}
	for category := range p.Known() {
		want.Omitted[category] = reason
	}
	return want
}

// CheckServers collects from servers that are in recovery or stopped.
func (p Plugin) CheckServers(t *testing.T, contract string) {
	server, err := postgres.Start(postgres.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if err := server.Install(t.Context(), contract); err != nil {
		t.Fatal(err)
	}
	for _, follow := range []func() (*postgres.Cluster, error){server.Standby, server.Recovering} {
		follower, err := follow()
		if err != nil {
			t.Fatal(err)
		}
		defer follower.Close()
		p.checkServer(t, follower, sourcesOf(t, follower), sdk.SourceStarting)
	}
	sources := sourcesOf(t, server)
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	p.checkServer(t, server, sources, sdk.Refused)
}

func (p Plugin) checkServer(t *testing.T, server *postgres.Cluster, sources map[string]any, reason sdk.Reason) {
	t.Helper()
	got := p.Collect(t, sources)
	p.Compare(t, got, p.Nothing(reason))
	unnamed(t, got, server.Identifiers())
}

func sourcesOf(t *testing.T, server *postgres.Cluster) map[string]any {
	t.Helper()
	settings, err := server.Sources(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{"database": settings}
}

// unnamed fails on any name of the customer's in values or log.
func unnamed(t *testing.T, got sdktest.Result, names []string) {
	t.Helper()
	for _, name := range names {
		if strings.Contains(fmt.Sprint(got), name) {
			t.Errorf("got %q in values or log", name)
		}
	}
}

// CheckRoles collects as a role with a wrong password, which is tried once because products lock accounts, as one
// without the contract's rights, and from a database without the contract.
func (p Plugin) CheckRoles(t *testing.T, s *Server) {
	wrong, refused, bare := s.Database(t), s.Database(t), s.Database(t)
	got := p.Collect(t, wrong.SourcesAs(t, "not "+Canary))
	p.Compare(t, got, p.Nothing(sdk.LoginRefused))
	unnamed(t, got, wrong.secrets())
	if n := strings.Count(s.Cluster.Log(), fmt.Sprintf("password authentication failed for user %q", wrong.Role)); n != 1 {
		t.Errorf("got %d logins, want 1", n)
	}
	refused.Exec(t, fmt.Sprintf("REVOKE usage_data_reader FROM %q", refused.Role))
	p.Check(t, refused, p.Nothing(sdk.NotPermitted))
	bare.Exec(t, "DROP SCHEMA usage_data CASCADE")
	p.Check(t, bare, p.Nothing(sdk.NotOnRelease))
}

// CheckRows breaks what a view answers: row is a view of one row, hours one with a row for each hour, slow one that
// takes too long.
func (p Plugin) CheckRows(t *testing.T, s *Server, costs Costs, row, hours, slow string) {
	for _, broken := range []struct {
		how, view string
		reason    sdk.Reason
		spoil     func(*Database, testing.TB, string)
	}{
		{"slow", slow, sdk.TimedOut, (*Database).Slow},
		{"two rows", row, sdk.Malformed, (*Database).Twice},
		{"two rows for the hour", hours, sdk.Malformed, (*Database).Twice},
		{"no row", row, sdk.NotFound, (*Database).None},
		{"failing", row, sdk.SourceFailed, (*Database).Fail},
	} {
		t.Run(broken.how, func(t *testing.T) {
			t.Parallel()
			d, want := s.Database(t), Expected{Omitted: map[string]sdk.Reason{}}
			broken.spoil(d, t, broken.view)
			want.omit(costs[broken.view], broken.reason)
			p.Check(t, d, want)
		})
	}
}

// CheckWide adds columns to every view that are not in the contract: they are not even selected (ANON-1).
func (p Plugin) CheckWide(t *testing.T, s *Server) {
	d := s.Database(t)
	all, _ := views(d.Columns(t))
	for _, view := range all {
		d.Widen(t, view)
	}
	p.Check(t, d, Expected{})
}
