package postgres

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
)

// all has a field of each type.
type all struct {
	part
	Whole   *int64         `column:"whole"`
	Flag    *bool          `column:"flag"`
	Real    *float64       `column:"real"`
	Time    time.Time      `column:"time"`
	Lasting *time.Duration `column:"lasting"`
	Texts   []string       `column:"texts"`
	Ours    string         // has no column
}

type part struct {
	Text string `column:"text"`
}

func TestRowOfEachType(t *testing.T) {
	yes, no, decimal, day, second := true, false, 1.5, 36*time.Hour, 1500*time.Millisecond
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	table := []struct {
		sql  string
		want all
	}{
		{"1::bigint, true, 1.5::float8, 'word'::text, '2026-03-01 13:00+01'::timestamptz, " +
			"'1 day 12 hours'::interval, ARRAY['a', 'b']",
			all{part{"word"}, n(1), &yes, &decimal, at, &day, []string{"a", "b"}, ""}},
		{"-2::smallint, false, 1.5::numeric, 'word'::varchar(9), '2026-03-01'::date, 1.5::float8, ARRAY['a', NULL, " +
			"'']::varchar[]",
			all{part{"word"}, n(-2), &no, &decimal, at.Truncate(24 * time.Hour), &second, []string{"a"}, ""}},
		{"NULL::bigint, NULL::boolean, NULL::real, NULL::text, NULL::date, NULL::interval, NULL::text[]", all{}},
		{"3::numeric(9, 2), NULL::boolean, NULL::integer, ' word '::char(9), NULL::timestamptz, NULL::smallint, " +
			"'{}'::text[]",
			all{part: part{"word"}, Whole: n(3), Texts: []string{}}},
	}
	for _, row := range table {
		install(t, `CREATE VIEW one (whole, flag, "real", text, "time", lasting, texts) AS SELECT `+row.sql)
		s, log := open(t, configured(t, shared, nil))
		got, err := Row[all](t.Context(), s, "one")
		if diff := cmp.Diff(row.want, got, cmp.AllowUnexported(all{})); diff != "" || err != nil || log.String() != "" {
			t.Errorf("%s: %v, log %s (-want +got)\n%s", row.sql, err, log, diff)
		}
	}
}

// CAT-*: a day is read unchanged from a column of dates, and from texts, which an earlier contract
// had. If the cell is not a day, it is unknown.
func TestDates(t *testing.T) {
	type dates struct {
		Day    sdk.Date `column:"day"`
		Number *int64   `column:"number"`
	}
	for sql, want := range map[string]string{
		"'2027-03-31'::date": "2027-03-31", "'2027-03-31'::text": "2027-03-31",
		"'2027-03-31'::varchar(10)": "2027-03-31", "NULL::date": "", "'infinity'::date": "",
		"'10000-01-01'::date": "", "'0044-03-15 BC'::date": "",
		"'31.03.2027'::text": "", "'infinity'::text": "", "'2027-03-31T00:00:00Z'::text": "", "repeat('2', 400)": "",
	} {
		install(t, `CREATE VIEW dated AS SELECT `+sql+` AS day, 7::bigint AS number`)
		s, log := open(t, configured(t, shared, nil))
		got, err := Row[dates](t.Context(), s, "dated")
		named := strings.Contains(log.String(), "left out: table=usage_data.dated column=day")
		if err != nil || got.Day.String() != want || got.Number == nil || named != (want == "" && sql != "NULL::date") {
			t.Errorf("%s: got %+v, %v want %q\n%s", sql, got, err, want, log)
		}
	}
	install(t, `CREATE VIEW dated AS SELECT '2027-03-31'::timestamptz AS day, 7::bigint AS number`)
	s, log := open(t, configured(t, shared, nil))
	if got, err := Row[dates](t.Context(), s, "dated"); err != nil || got.Day != (sdk.Date{}) ||
		!strings.Contains(log.String(), "expected date") {
		t.Errorf("a moment: got %+v, %v want no day\n%s", got, err, log)
	}
}

func TestARowThatIsNotThereOrNotAlone(t *testing.T) {
	install(t, `CREATE VIEW none AS SELECT 1::bigint AS number WHERE false; CREATE VIEW two AS SELECT generate_series(1, 2)::bigint AS number;
		CREATE VIEW broken AS SELECT (1 / (SELECT 0))::bigint AS number;`)
	s, log := open(t, configured(t, shared, nil))
	for view, want := range map[string]sdk.Reason{"none": noRow, "two": sdk.Malformed, "broken": sdk.SourceFailed} {
		if _, err := Row[number2](t.Context(), s, view); sdk.Explain(err) != want {
			t.Errorf("%s: got %v, want %q", view, err, want)
		}
	}
	if got, err := List[number2](t.Context(), s, "none", 3); err != nil || got == nil || len(got) != 0 {
		t.Errorf("a list of none: got %v, %v, want an empty one", got, err)
	}
	if !strings.Contains(log.String(), "22012") {
		t.Errorf("got log %q, want the SQLSTATE", log)
	}
}

// CAT-*: the reported hour is found in every time zone, and no other hour takes its place.
func TestHour(t *testing.T) {
	install(t, `CREATE VIEW hourly (hour, number) AS VALUES ('2026-03-01 12:00Z'::timestamptz, 11::bigint), ('2026-03-01 14:00+01', 12),
		('2026-03-01 19:30+05:30', 14), ('2026-03-01 15:00Z', 15), ('2026-03-01 16:00+01', 16)`)
	s, _ := open(t, configured(t, shared, nil))
	india := time.FixedZone("", 5*3600+1800)
	for start, want := range map[time.Time]int64{
		time.Date(2026, 3, 1, 13, 0, 0, 0, time.UTC):   12,
		time.Date(2026, 3, 1, 17, 30, 0, 0, india):     11,
		time.Date(2026, 3, 1, 14, 0, 0, 0, time.UTC):   14,
		time.Date(2026, 3, 1, 13, 0, 0, 0, time.Local): 12,
	} {
		if start.Location() == time.Local {
			start = time.Date(2026, 3, 1, 13, 0, 0, 0, time.UTC).Local()
		}
		got, err := Hour[number2](t.Context(), s, "hourly", sdk.Period{Start: start, End: start.Add(time.Hour)})
		if err != nil || *got.Number != want {
			t.Errorf("%v: got %+v, %v, want %d", start, got, err, want)
		}
	}
	for hour, want := range map[int]sdk.Reason{11: noRow, 15: sdk.Malformed} {
		start := time.Date(2026, 3, 1, hour, 0, 0, 0, time.UTC)
		if got, err := Hour[number2](t.Context(), s, "hourly", sdk.Period{Start: start}); sdk.Explain(err) != want {
			t.Errorf("%v: got %+v, %v, want %q and no zero", start, got, err, want)
		}
	}
}

// SEND-5: rows and bytes are bounded.
func TestRowsAndBytesAreBounded(t *testing.T) {
	install(t, `CREATE VIEW many AS SELECT i::bigint AS number, i::text AS key FROM generate_series(1, 100000) i;
		CREATE VIEW wide AS SELECT repeat('x', 5000000) AS text, ARRAY(SELECT i::text FROM generate_series(1, 5000) i) AS texts;
		CREATE VIEW huge AS SELECT ''::text AS text, ARRAY(SELECT repeat('x', 1000000) FROM generate_series(1, 300)) AS texts`)
	s, log := open(t, configured(t, shared, nil))
	s.limits.statement = time.Minute // a busy machine needs long to generate the huge rows
	for most, want := range map[int]int{10: 10, 1_000_000: maxRows} {
		before := s.Cost().Rows
		got, err := List[number2](t.Context(), s, "many", most)
		if err != nil || len(got) != want || *got[0].Number != 1 {
			t.Errorf("got %d rows, %v, want %d", len(got), err, want)
		}
		if rows := s.Cost().Rows - before; rows > want+1+8 { // 8 columns are in the catalog
			t.Errorf("got %d rows from the server, want at most %d", rows, want+1)
		}
	}
	if got, err := Counts(t.Context(), s, "many"); err != nil || len(got) != maxArray || got["7"] != 7 {
		t.Errorf("got %d counts, %v, want %d", len(got), err, maxArray)
	}
	if strings.Count(log.String(), "usage_data.many") != 1 {
		t.Errorf("got log %q, want one line that says it", log)
	}
	type texts struct {
		Text  string   `column:"text"`
		Texts []string `column:"texts"`
	}
	if got, err := Row[texts](t.Context(), s, "wide"); err != nil || got.Text != "" || len(got.Texts) != maxArray {
		t.Errorf("got %d characters and %d texts, %v, want 0 and %d", len(got.Text), len(got.Texts), err, maxArray)
	}
	if got, err := Row[texts](t.Context(), s, "huge"); err != nil || got.Texts != nil || s.Cost().Connections != 1 {
		t.Errorf("huge: got %d texts, %v with %+v, want none over the same connection", len(got.Texts), err, s.Cost())
	}
}

func TestCounts(t *testing.T) {
	install(t,
		`CREATE VIEW calls (key, number) AS VALUES ('sip', 3::bigint), ('h323', 4), ('sip', 1), (NULL, 9), ('none', NULL)`)
	s, _ := open(t, configured(t, shared, nil))
	got, err := Counts(t.Context(), s, "calls")
	if diff := cmp.Diff(map[string]int64{"sip": 4, "h323": 4}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
}

func TestShapesThatNoViewCanFill(t *testing.T) {
	for name, shape := range map[string]func() Shape{
		"no struct": func() Shape { return ViewOf[int]("v") },
		"no column": func() Shape { return ViewOf[struct{ N int }]("v") },
		"a type": func() Shape {
			return ViewOf[struct {
				N int `column:"n"`
			}]("v")
		},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: got a shape, want a panic", name)
				}
			}()
			shape()
		}()
	}
}
