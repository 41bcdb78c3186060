package postgres

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
)

// beside has a column of each type between two columns with good values.
type beside struct {
	Before *int64         `column:"before"`
	Whole  *int64         `column:"whole"`
	Real   *float64       `column:"real"`
	Flag   *bool          `column:"flag"`
	Text   string         `column:"text"`
	Moment time.Time      `column:"moment"`
	Day    sdk.Date       `column:"day"`
	Length *time.Duration `column:"length"`
	Texts  []string       `column:"texts"`
	After  string         `column:"after"`
}

// ordinary has a good value for each column.
var ordinary = map[string]string{
	"whole": "3::bigint", "real": "1.5::float8", "flag": "true", "text": "'word'::text",
	"moment": "'2026-03-01 12:00Z'::timestamptz", "day": "'2026-03-01'::date", "length": "'1 hour'::interval",
	"texts": "ARRAY['a']",
}

func (b beside) lost() (names []string) {
	for name, there := range map[string]bool{
		"whole": b.Whole != nil, "real": b.Real != nil, "flag": b.Flag != nil, "text": b.Text != "",
		"moment": !b.Moment.IsZero(), "day": b.Day != sdk.Date{}, "length": b.Length != nil, "texts": b.Texts != nil,
	} {
		if !there {
			names = append(names, name)
		}
	}
	return names
}

// odd has expressions for each column that do not fit its type.
var odd = map[string][]string{
	"whole": {"9223372036854775808::numeric", "1.5::numeric", "'NaN'::numeric", "1::float8", "'x'::text", "ARRAY[1]",
		"'1'::jsonb", "B'1'::bit(1)", "'1'::money", "'ab'::name", "(1 / (SELECT 0))::bigint", "usage_data.secret()",
		"usage_data.raises()", "9223372036854775807::bigint + (SELECT 1)",
		"(SELECT i FROM generate_series(1, 2) i)::bigint", "usage_data.writes()"},
	"real": {"'NaN'::float8", "'Infinity'::float8", "'-Infinity'::real", "'NaN'::numeric",
		"('1' || repeat('0', 400))::numeric", "'1.5'::text", "sqrt((SELECT -1)::float8)"},
	"flag": {"1", "'yes'::text", "'{}'::json"},
	"text": {"repeat('x', 301)", "repeat('x', 30000000)", "E'two\\nlines'", "E'\\x1b[31m'", "'\\x00ff'::bytea",
		"'a'::\"char\"", "'<a/>'::xml", "''::text", "'(x)'::usage_data.composite",
		"convert_from('\\xff'::bytea, 'UTF8')"},
	"moment": {"'infinity'::timestamptz", "'-infinity'::timestamptz", "'0044-03-15 12:00 BC'::timestamptz",
		"'294276-12-31'::timestamptz", "'10000-01-01'::timestamptz", "'infinity'::date", "'5874897-12-31'::date",
		"'0044-03-15 BC'::date", "'2026-03-01'::timestamp", "'12:00'::time", "'2026-03-01'::text"},
	"day": {"'infinity'::date", "'-infinity'::date", "'5874897-12-31'::date", "'soon'::text", "now()"},
	"length": {"'-1 second'::interval", "'NaN'::float8", "'178000000 years'::interval", "'1 hour'::text",
		"('1' || repeat('0', 400))::numeric"},
	"texts": {"ARRAY[1, 2]", "'a, b'::text", "ARRAY[E'\\x1b']", "ARRAY[NULL]::text[]", "ARRAY[repeat('x', 301)]",
		"'[1]'::json", "ARRAY[(1 / (SELECT 0))::text]"},
}

// oddities are the objects that some of these expressions need.
const oddities = `CREATE TYPE composite AS (word text);
	CREATE FUNCTION secret() RETURNS bigint STABLE LANGUAGE sql AS 'SELECT 1::bigint'; REVOKE ALL ON FUNCTION secret() FROM PUBLIC;
	CREATE TABLE written (number bigint); GRANT ALL ON written TO PUBLIC;
	CREATE FUNCTION writes() RETURNS bigint STABLE LANGUAGE plpgsql AS $$ BEGIN INSERT INTO usage_data.written VALUES (1); RETURN 1; END $$;
	CREATE FUNCTION raises() RETURNS bigint STABLE LANGUAGE plpgsql AS $$ BEGIN RAISE 'haversham' USING ERRCODE = 'HV001'; END $$;`

// S8: if a column is odd, or the server fails on it, only its field is missing. The log names the
// column but nothing of its contents.
func TestAnInvalidColumnLosesOnlyItself(t *testing.T) {
	install(t, oddities)
	for column, expressions := range odd {
		for _, expression := range expressions {
			s, log := open(t, configured(t, shared, nil))
			if err := shared.Install(t.Context(), "SET search_path = usage_data; DROP VIEW IF EXISTS one; "+
				viewBeside(column, expression)); err != nil {
				t.Fatalf("%s: %v", expression, err)
			}
			got, err := Row[beside](t.Context(), s, "one")
			if lost := got.lost(); err != nil || len(lost) != 1 || lost[0] != column || *got.Before != 1 ||
				got.After != "end" {
				t.Errorf("%s AS %s: got %v lost of %+v, %v, want that one alone\n%s",
					expression, column, lost, got, err, log)
			}
			if named := strings.Contains(log.String(), column); !named && expression != "''::text" ||
				strings.Contains(log.String(), "haversham") {
				t.Errorf("%s AS %s: got log %q, want the column named, and nothing else", expression, column, log)
			}
		}
	}
}

// SEND-5, S8: if a failing view is also slow, it costs the product at most twice the limit of one
// statement, however many columns it has. The values that were read in time are sent, and the log
// names the columns that were not read.
func TestAFailingViewThatIsSlow(t *testing.T) {
	install(t, `CREATE FUNCTION late() RETURNS bigint STABLE LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN 1; END';
		CREATE VIEW one AS SELECT (1 / (SELECT 0))::bigint AS before, 7::bigint AS whole, late()::float8 AS real,
			late() > 0 AS flag, 'end'::text AS after`)
	type some struct {
		Before *int64   `column:"before"`
		Whole  *int64   `column:"whole"`
		Real   *float64 `column:"real"`
		Flag   *bool    `column:"flag"`
		After  string   `column:"after"`
	}
	s, log := open(t, configured(t, shared, nil))
	s.limits.statement = 2 * time.Second // leaves the fast columns half of it, on a busy machine
	got, err := Row[some](t.Context(), s, "one")
	// The statement for real is canceled when half of the time is over. A moment may remain to
	// query flag.
	if diff := cmp.Diff(some{Whole: n(7)}, got); diff != "" || err != nil || s.Cost().Queries > 7 {
		t.Errorf("%v after %+v, want 7 queries at most (-want +got)\n%s\n%s", err, s.Cost(), diff, log)
	}
	if want := `column=after error="not read: `; !strings.Contains(log.String(), want) {
		t.Errorf("got log %q, want %q", log, want)
	}
}

// viewBeside returns a view in which one column has the given expression.
func viewBeside(odd, expression string) string {
	sql := "CREATE VIEW one AS SELECT 1::bigint AS before"
	for name, usual := range ordinary {
		if name == odd {
			usual = expression
		}
		sql += fmt.Sprintf(", %s AS %q", usual, name)
	}
	return sql + ", 'end'::text AS after"
}

// S8: if a cell of a list is odd, only that cell is missing, and the other rows have the column. If
// the server fails on a cell, its column is missing.
func TestInvalidEntriesOfAListAreLeftOut(t *testing.T) {
	type licensed struct {
		Name  string   `column:"name"`
		Until sdk.Date `column:"until"`
		Count *int64   `column:"count"`
	}
	install(t, `CREATE VIEW odd (name, until, count) AS VALUES ('gold', 'infinity'::date, 1::bigint), ('silver', '2027-03-31', 2);
		CREATE VIEW failing AS SELECT name, until, 1 / (count - 1) AS count FROM odd`)
	s, _ := open(t, configured(t, shared, nil))
	for view, counts := range map[string]bool{"odd": true, "failing": false} {
		got, err := List[licensed](t.Context(), s, view, 16)
		if err != nil || len(got) != 2 || got[0].Name != "gold" || got[0].Until != (sdk.Date{}) ||
			got[1].Until.String() != "2027-03-31" || (got[0].Count != nil) != counts ||
			(got[1].Count != nil) != counts {
			t.Errorf("%s: got %+v, %v, want both rows but for what is odd", view, got, err)
		}
	}
}

// CAT-system_resource_usage, S8: if the server fails on a figure or does not count it, only that
// figure is unknown.
func TestUnavailableStatistics(t *testing.T) {
	name, _ := shared.Reader()
	resetRole(t)
	mustExec(t, fmt.Sprintf("ALTER ROLE %q SET track_counts = off", name))
	s, _ := open(t, configured(t, shared, nil))
	if got := read(t, s); got.Transactions != nil || got.CacheHitPercent != nil || got.Deadlocks != nil ||
		got.SizeBytes == nil {
		t.Errorf("nothing is counted: got %+v, want the size and no counts", got)
	}
	conn := product(t)
	run(t, conn, "BEGIN", "SELECT 1")
	mustExec(t, "GRANT SET ON PARAMETER track_activities TO PUBLIC")
	run(t, product(t), "SET track_activities = off")
	if got := read(t, s); got.OldestTransaction != nil || got.Connections == nil {
		t.Errorf("a session is not tracked: got %+v, want it counted, and the oldest transaction not known", got)
	}
	mustExec(t, "REVOKE ALL ON pg_stat_database FROM PUBLIC")
	t.Cleanup(func() { mustExec(t, "GRANT SELECT ON pg_stat_database TO PUBLIC") })
	mustExec(t, fmt.Sprintf("ALTER ROLE %q RESET track_counts", name))
	s, log := open(t, configured(t, shared, nil))
	got := read(t, s)
	if got.Transactions != nil || got.SizeBytes == nil || got.Connections == nil || got.Version == "" ||
		!strings.Contains(log.String(), "column=transactions") {
		t.Errorf("a right is missing: got %+v, want all but what is counted of the database\n%s", got, log)
	}
	silent(t, shared, log)
}

// S7, S8: a text of a database in another encoding arrives as UTF-8, or its column is missing.
func TestOtherEncodings(t *testing.T) {
	type texts struct {
		Before *int64 `column:"before"`
		Text   string `column:"text"`
		After  string `column:"after"`
	}
	for _, row := range []struct{ encoding, bytes, want string }{
		{"LATIN1", `\x4dfc6e636865`, "Münche"}, {"SQL_ASCII", `\x776f7264`, "word"}, {"SQL_ASCII", `\xff`, ""},
		{"SQL_ASCII", `\xc3a9`, "é"}, {"WIN1252", `\x80`, "€"}, {"WIN1252", `\x81`, ""},
	} {
		mustExec(t, fmt.Sprintf("CREATE DATABASE other TEMPLATE template0 LOCALE 'C' ENCODING '%s'", row.encoding))
		reader, _ := shared.Reader()
		if err := shared.ExecIn(t.Context(), "other", fmt.Sprintf(`CREATE SCHEMA usage_data; GRANT USAGE ON SCHEMA usage_data TO %[1]q;
			CREATE VIEW usage_data.one AS SELECT 1::bigint AS before, convert_from('%[2]s'::bytea, '%[3]s') AS text, 'end'::text AS after;
			GRANT SELECT ON usage_data.one TO %[1]q`, reader, row.bytes, row.encoding)); err != nil {
			t.Fatal(err)
		}
		s, log := open(t, configured(t, shared, map[string]any{"name": "other"}))
		got, err := Row[texts](t.Context(), s, "one")
		if err != nil || got.Text != row.want || got.Before == nil || got.After != "end" {
			t.Errorf("%s %s: got %+v, %v, want %q\n%s", row.encoding, row.bytes, got, err, row.want, log)
		}
		s.Close()
		mustExec(t, "DROP DATABASE other WITH (FORCE)")
	}
}
