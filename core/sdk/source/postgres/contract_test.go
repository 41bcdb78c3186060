package postgres

import (
	"strings"
	"testing"

	"polycom.com/usagedata/core/sdk"
)

type license struct {
	Serial string `column:"serial_number"`
	Calls  *int64 `column:"licensed_calls"`
}

// CAT-*: the log names each view and column that is missing or has another type, so that the
// product's team can correct it. It names nothing else in the database (ANON-1).
func TestTheContractNamesWhatDiffers(t *testing.T) {
	install(t, `CREATE VIEW whole AS SELECT 'x'::text AS serial_number, 1::bigint AS licensed_calls, 'haversham'::text AS owner_haversham;
		CREATE VIEW lacks AS SELECT 'x'::text AS serial_number;
		CREATE VIEW wrong AS SELECT 'x'::text AS serial_number, '5'::text AS licensed_calls;
		CREATE VIEW nothing AS SELECT 1 AS owner_haversham;
		CREATE TABLE inside (serial_number text, licensed_calls bigint);
		CREATE MATERIALIZED VIEW kept AS SELECT 'x'::text AS serial_number, 1::bigint AS licensed_calls;
		CREATE VIEW secret AS SELECT 'x'::text AS serial_number, 1::bigint AS licensed_calls;
		CREATE VIEW timeless AS SELECT 1::bigint AS number;
		CREATE VIEW untimely AS SELECT 1::bigint AS number, '2026-03-01'::text AS hour`)
	reader, _ := shared.Reader()
	if err := shared.Exec(t.Context(), `REVOKE ALL ON usage_data.secret FROM "`+reader+`"`); err != nil {
		t.Fatal(err)
	}
	s, log := open(t, configured(t, shared, nil))
	err := Contract(t.Context(), s, ViewOf[license]("whole"), ViewOf[license]("kept"), ViewOf[license]("lacks"),
		ViewOf[license]("wrong"),
		ViewOf[license]("nothing"), ViewOf[license]("inside"), ViewOf[license]("absent"), ViewOf[license]("secret"),
		HourlyOf[number2]("timeless"), HourlyOf[number2]("untimely"))
	for _, want := range []string{
		"usage_data.lacks has no column licensed_calls",
		"usage_data.wrong has the wrong type in column licensed_calls, expected integer",
		"usage_data.nothing has no column serial_number", "usage_data.nothing has no column licensed_calls",
		"usage_data.inside is a table", "usage_data.absent is missing", "usage_data.secret permission denied",
		"usage_data.timeless has no column hour",
		"usage_data.untimely has the wrong type in column hour, expected time",
	} {
		if strings.Count(log.String(), want) != 1 || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got log\n%s\nand error %v, want both to say: %s", log, err, want)
		}
	}
	if got := strings.Count(log.String(), "\n"); got != 9 || strings.Contains(log.String(), "haversham") {
		t.Errorf("got %d lines of log, want 9 and nothing of what is there besides\n%s", got, log)
	}
	if got := s.Cost().Queries; got != 1 {
		t.Errorf("got %d queries, want 1 for all views", got)
	}
	rows(t, s, log)
}

// rows checks the cost of the differences: a missing view costs its category, a missing column its
// field.
func rows(t *testing.T, s *Server, log *lines) {
	t.Helper()
	said := log.String()
	for view, want := range map[string]sdk.Reason{
		"nothing": sdk.NotOnRelease, "inside": sdk.NotOnRelease, "absent": sdk.NotOnRelease, "secret": sdk.NotPermitted,
	} {
		if got, err := Row[license](t.Context(), s, view); sdk.Explain(err) != want {
			t.Errorf("%s: got %+v, %v, want %q", view, got, err, want)
		}
	}
	for view, want := range map[string]*int64{"whole": n(1), "kept": n(1), "lacks": nil, "wrong": nil} {
		got, err := Row[license](t.Context(), s, view)
		if err != nil || got.Serial != "x" || (got.Calls == nil) != (want == nil) {
			t.Errorf("%s: got %+v, %v, want the serial number and calls %v", view, got, err, want)
		}
	}
	for view, want := range map[string]sdk.Reason{"timeless": sdk.NotOnRelease, "untimely": sdk.Malformed} {
		if got, err := Hour[number2](t.Context(), s, view, sdk.Period{}); sdk.Explain(err) != want {
			t.Errorf("%s: got %+v, %v, want %q", view, got, err, want)
		}
	}
	if log.String() != said {
		t.Errorf("got log\n%s\nwant nothing said twice", strings.TrimPrefix(log.String(), said))
	}
}

// A foreign table would query another server under a name of the contract.
func TestAForeignTableIsNotAsked(t *testing.T) {
	there := catalog{relations: map[string]relation{"license": {relkind: "f", readable: true,
		columns: map[string]string{"serial_number": "text"}}}}
	columns, differences := ViewOf[license]("license").compare(there)
	if len(columns) != 0 || len(differences) != 1 || sdk.Explain(differences[0]) != sdk.NotOnRelease {
		t.Errorf("got %v, %v, want that it is not a view", columns, differences)
	}
}
