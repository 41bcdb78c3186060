package recording

import (
	"strings"
	"testing"
)

// A recording that is edited or handed over is checked before it is played.
func TestParse(t *testing.T) {
	const good = `{"format":"usagedata-recording/1","answers":[{"path":"/a?b=c","status":200,"body":{"d":1}}]}`
	if f, err := parse([]byte(good)); err != nil || string(f.Answers[0].Body) != `{"d":1}` {
		t.Errorf("got %v, %v, want one answer", f, err)
	}
	for from, to := range map[string]string{
		"recording/1": "recording/2", `"/a?b=c"`: `"https://canary.example/"`, "200": "199", `"d":1`: `"d"`,
		`"path"`: `"canary"`, `[{"path":"/a?b=c","status":200,"body":{"d":1}}]`: "[]", `"/a`: `"a`,
		`"status":200`: `"status":200,"type":"text/plain\r\nCanary: canary"`,
		`"answers"`:    `"base":"canary","answers"`, "]}": "]}{}",
	} {
		_, err := parse([]byte(strings.Replace(good, from, to, 1)))
		if err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: got %v, want an error without a name", to, err)
		}
	}
}

// FuzzParse checks that a recording that is accepted is written and read again alike.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"format":"usagedata-recording/1","answers":[{"path":"/a?b=c","status":200,"body":{"d":1}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := parse(text)
		if err != nil {
			return
		}
		again, err := file.Encode()
		if _, wrong := parse(again); err != nil || wrong != nil {
			t.Errorf("got %v, %v of %s", err, wrong, again)
		}
	})
}
