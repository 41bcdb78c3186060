package postgres

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/usage"
)

// The host keeps only the words that it knows of a plugin's log line. These must include every word
// that the product's team and the administrator need to correct a problem.
func TestTheHostLeavesTheLogReadable(t *testing.T) {
	user, _ := shared.Reader()
	install(t, `CREATE VIEW wrong AS SELECT 1::bigint AS serial, 'x'::text AS calls; CREATE TABLE inside (serial text);
		CREATE VIEW many AS SELECT i::text AS serial, i::bigint AS calls FROM generate_series(1, 9) i; CREATE VIEW broken AS SELECT (1 / (SELECT 0))::bigint AS calls`)
	type shape struct {
		Serial string `column:"serial"`
		Calls  *int64 `column:"calls"`
	}
	s, log := open(t, configured(t, shared, nil))
	problems := []error{Contract(t.Context(), s, ViewOf[shape]("wrong"), ViewOf[shape]("inside"),
		ViewOf[shape]("absent"))}
	_, err := List[shape](t.Context(), s, "many", 3)
	problems = append(problems, err)
	_, err = Row[shape](t.Context(), s, "broken")
	problems = append(problems, err)
	for _, source := range []map[string]any{
		{"name": "x"},
		{"path": 5},
		configured(t, shared, map[string]any{"name": nil}),
		configured(t, shared, map[string]any{"socket": "/run"}),
		configured(t, shared, map[string]any{"address": "x"}),
		configured(t, shared, map[string]any{"address": nil, "socket": t.TempDir()}),
		configured(t, shared, map[string]any{"credentials": file(t, 0o644, "x:y")}),
		configured(t, shared, map[string]any{"credentials": file(t, 0o600, "x")}),
		configured(t, shared, map[string]any{"credentials": file(t, 0o600, user+":x")}),
		configured(t, shared, map[string]any{"ca": file(t, 0o600, "x")}),
		configured(t, shared, map[string]any{"server_name": "x"}),
		{"path": filepath.Join(os.TempDir(), "absent")},
	} {
		other, lines := open(t, source)
		_, err := other.Statistics(t.Context())
		problems = append(problems, err)
		_, _ = log.Write([]byte(lines.String()))
	}
	// the plugin's own words, and a word of SQLSTATE
	words := append(usage.Words(), "serial", "calls", "wrong", "inside", "absent", "many", "broken", "P")
	scrubber := anonymize.NewScrubber(anonymize.EphemeralKey(), words)
	for line := range strings.Lines(log.String() + errors.Join(problems...).Error()) {
		_, sentence, stamped := strings.Cut(line, "]  ")
		if !stamped {
			sentence = strings.TrimSpace(line[strings.Index(line, "]")+1:])
		}
		sentence = strings.NewReplacer("28P01", "28000").Replace(sentence)
		if got, removed := scrubber.Scrub(sentence); removed > 0 {
			t.Errorf("got %q of %q, want all of it", got, sentence)
		}
	}
}
