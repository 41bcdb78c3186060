package viewcontract

import (
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// CheckPsql installs the contract as its head and the README tell a product's team to: with psql, as a role that may
// make schemas and roles and nothing else. It does so over the contract of before, in which days were texts, and again.
// Then all is read.
func (p Plugin) CheckPsql(t *testing.T, s *Server, file string) {
	t.Helper()
	d, team, password := s.Database(t), rand.Text(), rand.Text()
	d.Exec(t, "DROP SCHEMA usage_data CASCADE",
		fmt.Sprintf("CREATE ROLE %q LOGIN CREATEROLE PASSWORD '%s'", team, password),
		fmt.Sprintf("GRANT CREATE ON DATABASE %q TO %[2]q", d.name, team))
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, contract := range []string{strings.ReplaceAll(string(text), "::date", "::text"), string(text), string(text)} {
		psql := exec.Command("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-1", "-d", d.name, "-f", "-")
		psql.Stdin = strings.NewReader(contract)
		psql.Env = append(psql.Environ(), "PGHOST="+s.Cluster.Socket, fmt.Sprint("PGPORT=", s.Cluster.Port), "PGUSER="+team,
			"PGPASSWORD="+password)
		if out, err := psql.CombinedOutput(); err != nil {
			t.Fatalf("psql: %v\n%s", err, out)
		}
	}
	p.Check(t, d, Expected{})
}
