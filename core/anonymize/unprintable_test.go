package anonymize_test

import (
	"bytes"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/hashicorp/go-hclog"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

const secret = "Katzenjammer-Raum"

// secrets returns everything that holds a raw value or a key; each must show nothing of it.
func secrets(t *testing.T) (things map[string]any, marks []string) {
	path := filepath.Join(t.TempDir(), "key")
	material := []byte("0123456789abcdefKEYMATERIALxyz!!")
	if err := os.WriteFile(path, material, 0o600); err != nil {
		t.Fatal(err)
	}
	store := anonymize.OpenKey(durable.OS{}, path)
	if err := store.Forward(); err != nil {
		t.Fatal(err)
	}
	key, err := store.Load()
	if err != nil {
		t.Fatal(err)
	}
	observation := seen("named", "site", secret)
	names := appliance(t, map[string]string{"hosts": "10.9.8.7 " + secret + "\n"})
	r := anonymize.Treat(key, acme(), names, []usage.Observation{observation, seen("named", "text", "at "+secret)})
	scrubber := anonymize.NewScrubber(key, nil)
	scrubber.Scrub("jane@" + secret + ".example")
	things = map[string]any{
		"key": key, "value": observation.Value, "observation": observation, "result": r, "names": names, "gate": r.Gate,
		"scrubber": scrubber,
	}
	return things, []string{secret, "katzenjammer", hex.EncodeToString([]byte(secret[:6])), "KEYMATERIAL", "[75 97 116",
		"[48 49 50", hex.EncodeToString(material[:6])}
}

// Types in which a value reaches a printer.
type exported struct{ It any }
type unexported struct{ it any }
type nested struct{ deep []unexported }

// ANON-1: nothing that holds a raw value or the key can be printed, logged or encoded, not even by
// accident.
func TestNothingPrintsARawValueOrTheKey(t *testing.T) {
	things, marks := secrets(t)
	for name, thing := range things {
		for shape, shaped := range map[string]any{
			"plain": thing, "pointer": &thing, "exported": exported{thing}, "unexported": unexported{thing},
			"nested": &nested{[]unexported{{thing}}},
			"list":   []any{thing}, "map": map[string]any{"it": thing},
		} {
			for how, text := range shown(shaped) {
				for _, mark := range marks {
					if strings.Contains(strings.ToLower(text), strings.ToLower(mark)) {
						t.Errorf("%s, %s, by %s: shows what it hides", name, shape, how)
					}
				}
			}
		}
	}
}

// shown returns the output of each printer for a thing.
func shown(thing any) map[string]string {
	out := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x", "%X", "%q", "%p", "%t", "%08b", "%e", "%c",
		"%U", "%w", "%!"} {
		out[verb] = fmt.Sprintf(verb, thing)
	}
	out["print"] = fmt.Sprint(thing)
	out["error"] = fmt.Errorf("treat: %w", errors.New(fmt.Sprint(thing))).Error()
	out["panic"] = panicked(thing)
	for name, encode := range map[string]func(any) ([]byte, error){"json": json.Marshal, "xml": xml.Marshal,
		"yaml": yaml.Marshal, "gob": gobbed} {
		text, err := encode(thing)
		out[name] = string(text) + fmt.Sprint(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "it", thing)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "it", thing)
	hclog.New(&hclog.LoggerOptions{Output: &log}).Error("x", "it", thing)
	hclog.New(&hclog.LoggerOptions{Output: &log, JSONFormat: true}).Error("x", "it", thing)
	out["log"] = log.String()
	return out
}

func gobbed(thing any) (text []byte, err error) {
	var out bytes.Buffer
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("gob: %v", r)
		}
	}()
	err = gob.NewEncoder(&out).Encode(thing)
	return out.Bytes(), err
}

func panicked(thing any) (text string) {
	defer func() { text = fmt.Sprint(recover()) }()
	panic(thing)
}

// The [anonymize.Key] returns an error when it is encoded, so that it does not become an empty
// object that is then stored.
func TestKeyRefusesToBeEncoded(t *testing.T) {
	key := anonymize.EphemeralKey()
	if _, err := json.Marshal(key); !errors.Is(err, anonymize.ErrSecret) {
		t.Errorf("json: got %v, want ErrSecret", err)
	}
	if _, err := gobbed(key); !errors.Is(err, anonymize.ErrSecret) {
		t.Errorf("gob: got %v, want ErrSecret", err)
	}
	if got := fmt.Sprintf("%v %x", key, key); got != "[key] [key]" {
		t.Errorf("got %q, want [key] [key]", got)
	}
}
