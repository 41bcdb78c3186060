package postgres

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
)

// sessionSettings asks the server how it sees the session.
func sessionSettings(t *testing.T, s *Server) map[string]string {
	t.Helper()
	rows, err := s.ask(t.Context(), question{what: "settings",
		columns: []selected{{"name", "name"}, {"setting", "setting"}},
		from: `FROM (SELECT name, setting FROM pg_settings WHERE name IN
		('application_name', 'transaction_read_only', 'transaction_isolation', 'transaction_deferrable',
		'statement_timeout', 'lock_timeout', 'search_path', 'TimeZone', 'DateStyle', 'client_encoding', 'work_mem',
		'quote_all_identifiers', 'extra_float_digits')
		UNION ALL SELECT 'prepared', count(*)::text FROM pg_prepared_statements) AS session`})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, cells := range rows {
		got[*cells[0]] = *cells[1]
	}
	return got
}

// variables are all that the library looks at, set to what would show.
func variables(t *testing.T) {
	t.Helper()
	home := t.TempDir()
	_, password := shared.Reader()
	for name, text := range map[string]string{
		".pgpass": "*:*:*:*:" + password, ".pg_service.conf": "[clinic]\nhost=192.0.2.1\nport=1\noptions=-c work_mem=77MB\n",
	} {
		if err := os.WriteFile(filepath.Join(home, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, value := range map[string]string{
		"HOME": home, "PGHOST": "192.0.2.1,192.0.2.2", "PGPORT": "1,2,3", "PGDATABASE": "other", "PGUSER": "other",
		"PGPASSWORD": password,
		"PGPASSFILE": home + "/.pgpass", "PGAPPNAME": "other", "PGCONNECT_TIMEOUT": "x", "PGSSLMODE": "wrong",
		"PGSSLKEY":  "/absent",
		"PGSSLCERT": "/absent", "PGSSLCERTMODE": "", "PGSSLSNI": "2", "PGSSLROOTCERT": "/absent", "PGSSLPASSWORD": "x",
		"PGSSLNEGOTIATION":     "direct",
		"PGTARGETSESSIONATTRS": "wrong", "PGSERVICE": "clinic", "PGSERVICEFILE": home + "/.pg_service.conf",
		"PGTZ":      "Asia/Tokyo",
		"PGOPTIONS": "-c work_mem=77MB -c statement_timeout=1", "PGMINPROTOCOLVERSION": "9", "PGMAXPROTOCOLVERSION": "0",
		"PGCHANNELBINDING": "require",
		"PGREQUIREAUTH":    "wrong",
	} {
		t.Setenv(name, value)
	}
}

// settingsWanted are those of a session, whatever the environment, the role and a pooler have.
var settingsWanted = map[string]string{
	"application_name": "usagedata", "client_encoding": "UTF8", "transaction_read_only": "on",
	"transaction_isolation": "read committed", "transaction_deferrable": "off", "statement_timeout": "5000",
	"lock_timeout": "1000", "search_path": "pg_catalog", "TimeZone": "UTC", "DateStyle": "ISO, YMD", "work_mem": "4096",
	"quote_all_identifiers": "off", "extra_float_digits": "3", "prepared": "0",
}

func TestTheEnvironmentPlaysNoPart(t *testing.T) {
	name, _ := shared.Reader()
	with, _ := open(t, configured(t, shared, nil))
	without, _ := open(t, configured(t, shared, map[string]any{"credentials": file(t, 0o600, name+":")}))
	variables(t)
	if diff := cmp.Diff(settingsWanted, sessionSettings(t, with)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if _, err := without.Statistics(t.Context()); sdk.Explain(err) != sdk.LoginRefused {
		t.Errorf("without a password: got %v, want %q and nobody else's password", err, sdk.LoginRefused)
	}
}

// The session refuses to write even where the role might: the view's function runs as the superuser.
func TestTheSessionRefusesToWrite(t *testing.T) {
	install(t, `CREATE TABLE written (about text);
		CREATE FUNCTION sly() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$ INSERT INTO usage_data.written VALUES ('x') RETURNING 1::bigint $$;
		CREATE FUNCTION slyer() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN SET transaction_read_only = off; RETURN usage_data.sly(); END $$;
		CREATE VIEW one AS SELECT sly() AS number; CREATE VIEW two AS SELECT slyer() AS number`)
	// The neighbour's role, unlike the reader's, does not forbid it by itself.
	s, log := open(t, configured(t, shared, map[string]any{
		"address": nil, "socket": shared.Socket, "credentials": file(t, 0o600, shared.Neighbour()+":"),
	}))
	for _, view := range []string{"one", "two"} {
		if got, err := Row[number2](t.Context(), s, view); sdk.Explain(err) != sdk.SourceFailed {
			t.Errorf("%s: got %+v, %v, want %q", view, got, err, sdk.SourceFailed)
		}
	}
	if !strings.Contains(log.String(), "25006") && !strings.Contains(log.String(), "25001") {
		t.Errorf("got log %q, want that the transaction is read-only", log)
	}
	if rows := count(t, "SELECT count(*) FROM usage_data.written"); rows != 0 {
		t.Errorf("got %d rows written, want none", rows)
	}
}

// number2 is one number.
type number2 struct {
	Number *int64 `column:"number"`
}

// count asks as the superuser, through a view that the product can read.
func count(t *testing.T, sql string) (rows int64) {
	t.Helper()
	err := shared.Exec(t.Context(), "CREATE OR REPLACE VIEW public.counted AS "+sql+
		"; GRANT SELECT ON public.counted TO PUBLIC")
	if err != nil {
		t.Fatal(err)
	}
	if err := product(t).QueryRow(t.Context(), "SELECT * FROM public.counted").Scan(&rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

// SEND-5: however many ask. CAT-*, SEND-5: a view that takes too long is given up by the server, and costs only its
// category. A collector that runs out of time takes nothing from the next one but the connection, and leaves no
// statement running. A standby tells of itself; the product's own figures are told by the server that it follows.
// SEND-5 SEND-5: a connection is not kept through what else a cycle reads; the next question makes another one. A
// server on which every connection breaks is left alone.
