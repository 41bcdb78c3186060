package usage

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/hashicorp/go-hclog"
)

const secret = "core-01.corp.example.com"

// holder has a raw value out of reach of its methods: in an unexported field of another type.
type holder struct {
	value Value
	list  []Value
	named map[string]Value
}

func hold() holder {
	return holder{value: Raw(secret), list: []Value{Raw(secret)}, named: map[string]Value{"a": Raw(secret)}}
}

// ANON-1: no verb shows a raw value, at any depth.
func TestPrintingShowsNothing(t *testing.T) {
	v := Raw(secret)
	observation := Observation{Category: "counts", Field: Raw(secret), Value: Raw(Record{secret: Raw(secret)})}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X", "%t", "%p", "%T", "%c", "%U",
		"%e"} {
		for _, held := range []any{v, &v, hold(), &holder{value: v}, observation, []any{v}, struct{ v any }{v}} {
			if got := fmt.Sprintf(verb, held); leaks(got) {
				t.Errorf("%s of %T shows the value: %s", verb, held, got)
			}
		}
	}
}

// ANON-1: no encoder writes a raw value, and an encoder that can refuse returns an error.
func TestEncodersShowNothing(t *testing.T) {
	v := Raw(secret)
	if text, err := json.Marshal(v); !errors.Is(err, errRaw) || leaks(string(text)) {
		t.Errorf("JSON: got %s, %v want %v", text, err, errRaw)
	}
	if text, err := json.Marshal(map[string]any{"a": v}); !errors.Is(err, errRaw) || leaks(string(text)) {
		t.Errorf("JSON in a map: got %s, %v want %v", text, err, errRaw)
	}
	if text, err := xml.Marshal(struct{ V Value }{v}); err == nil || leaks(string(text)) {
		t.Errorf("XML: got %s, %v want an error", text, err)
	}
	var buffer bytes.Buffer
	if err := gob.NewEncoder(&buffer).Encode(v); err == nil || leaks(buffer.String()) {
		t.Errorf("gob: got %v want an error", err)
	}
	if text, err := yaml.Marshal(v); err == nil || leaks(string(text)) {
		t.Errorf("YAML: got %s, %v want an error", text, err)
	}
	// encoding/json ignores unexported fields: there is nothing to refuse and nothing to see.
	if text, _ := json.Marshal(map[string]any{"h": hold()}); leaks(string(text)) {
		t.Errorf("JSON of what holds it: %s", text)
	}
}

// ANON-1: a raw value appears neither in the logs of log/slog and hclog nor in the text of an error
// or a panic.
func TestLogsShowNothing(t *testing.T) {
	var buffer bytes.Buffer
	slog.New(slog.NewJSONHandler(&buffer, nil)).Info("x", "v", Raw(secret), "h", hold())
	slog.New(slog.NewTextHandler(&buffer, nil)).Info("x", "v", Raw(secret), "h", hold())
	for _, asJSON := range []bool{true, false} {
		hclog.New(&hclog.LoggerOptions{Output: &buffer, JSONFormat: asJSON}).Info("x", "v", Raw(secret), "h", hold())
	}
	fmt.Fprint(&buffer, fmt.Errorf("collect %v: %w", Raw(secret), errors.New(fmt.Sprint(Raw(secret)))))
	func() {
		defer func() { fmt.Fprint(&buffer, recover()) }()
		panic(Raw(secret))
	}()
	if leaks(buffer.String()) {
		t.Errorf("a log shows the value:\n%s", buffer.String())
	}
	if buffer.Len() == 0 {
		t.Error("nothing was logged: the test proves nothing")
	}
}

// leaks reports whether text holds the secret, plain or as %x and %d would write it.
func leaks(text string) bool {
	return strings.Contains(text, secret) || strings.Contains(strings.ToLower(text), fmt.Sprintf("%x", secret)) ||
		strings.Contains(text, strings.Trim(fmt.Sprint([]byte(secret)), "[]"))
}

func TestRevealReturnsWhatWasHidden(t *testing.T) {
	if got := Raw(secret).Reveal(); got != secret {
		t.Errorf("got %v want %v", got, secret)
	}
	if got := (Value{}).Reveal(); got != nil {
		t.Errorf("zero value: got %v want nil", got)
	}
}
