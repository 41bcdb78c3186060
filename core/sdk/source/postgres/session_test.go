package postgres

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
)

// sessionSettings returns the settings of the session as the server sees them.
func sessionSettings(t *testing.T, s *Server) map[string]string {
	t.Helper()
	rows, err := s.ask(t.Context(), question{subject: "settings",
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

// variables sets every environment variable that the library reads to a value that would show.
func variables(t *testing.T) {
	t.Helper()
	home := t.TempDir()
	_, password := shared.Reader()
	for name, text := range map[string]string{
		".pgpass":          "*:*:*:*:" + password,
		".pg_service.conf": "[clinic]\nhost=192.0.2.1\nport=1\noptions=-c work_mem=77MB\n",
	} {
		if err := os.WriteFile(filepath.Join(home, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, value := range map[string]string{
		"HOME": home, "PGHOST": "192.0.2.1,192.0.2.2", "PGPORT": "1,2,3", "PGDATABASE": "other", "PGUSER": "other",
		"PGPASSWORD": password, "PGPASSFILE": home + "/.pgpass", "PGAPPNAME": "other", "PGCONNECT_TIMEOUT": "x",
		"PGSSLMODE": "wrong", "PGSSLKEY": "/absent", "PGSSLCERT": "/absent", "PGSSLCERTMODE": "", "PGSSLSNI": "2",
		"PGSSLROOTCERT": "/absent", "PGSSLPASSWORD": "x", "PGSSLNEGOTIATION": "direct",
		"PGTARGETSESSIONATTRS": "wrong", "PGSERVICE": "clinic", "PGSERVICEFILE": home + "/.pg_service.conf",
		"PGTZ": "Asia/Tokyo", "PGOPTIONS": "-c work_mem=77MB -c statement_timeout=1",
		"PGMINPROTOCOLVERSION": "9", "PGMAXPROTOCOLVERSION": "0",
		"PGCHANNELBINDING": "require", "PGREQUIREAUTH": "wrong",
	} {
		t.Setenv(name, value)
	}
}

// settingsWanted are the settings of a session, regardless of the environment, the role and a
// pooler.
var settingsWanted = map[string]string{
	"application_name": "usagedata", "client_encoding": "UTF8", "transaction_read_only": "on",
	"transaction_isolation": "read committed", "transaction_deferrable": "off", "statement_timeout": "5000",
	"lock_timeout": "1000", "search_path": "pg_catalog", "TimeZone": "UTC", "DateStyle": "ISO, YMD", "work_mem": "4096",
	"quote_all_identifiers": "off", "extra_float_digits": "3", "prepared": "0",
}

func TestTheEnvironmentHasNoEffect(t *testing.T) {
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

// The session refuses to write even if the role might: the view's function runs as the superuser.
func TestTheSessionRefusesToWrite(t *testing.T) {
	install(t, `CREATE TABLE written (about text);
		CREATE FUNCTION sly() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$ INSERT INTO usage_data.written VALUES ('x') RETURNING 1::bigint $$;
		CREATE FUNCTION slyer() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN SET transaction_read_only = off; RETURN usage_data.sly(); END $$;
		CREATE VIEW one AS SELECT sly() AS number; CREATE VIEW two AS SELECT slyer() AS number`)
	// The neighbor's role, unlike the reader's, does not forbid writing.
	s, log := open(t, configured(t, shared, map[string]any{
		"address": nil, "socket": shared.Socket, "credentials": file(t, 0o600, shared.PeerUser()+":"),
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

// number2 is a row with one number.
type number2 struct {
	Number *int64 `column:"number"`
}

// count runs a query as the superuser, through a view that the product can read.
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

// SEND-5: the following holds for any number of callers. CAT-*, SEND-5: if a view takes too long,
// the server cancels it, and only its category is missing. If a collector runs out of time, the
// next one loses only the connection, and no statement is left running. A standby reports its own
// state; the product's figures come from the primary. SEND-5: a connection is not kept open while
// other sources of a cycle are read; the next query opens a new one. If every connection to a
// server breaks, it is not tried again.
