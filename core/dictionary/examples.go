package dictionary

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// examples treats sample values as the appliance would.
type examples struct {
	profile profile.Profile
	key     anonymize.Key
}

func newExamples(p profile.Profile) (examples, error) {
	key, err := pageKey()
	return examples{p, key}, err
}

// pageKey returns the key of all pages, which is constant so that a page stays the same until its
// profile changes. It is no secret and no appliance uses it. Keys come from files only, so that a
// program cannot be given a chosen key in another way; the file of this one exists for a moment.
func pageKey() (anonymize.Key, error) {
	dir, err := os.MkdirTemp("", "dictionary")
	if err != nil {
		return anonymize.Key{}, fmt.Errorf("make the key of the examples: %w", err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "key")
	known := sha256.Sum256([]byte("the examples of the data dictionary"))
	if err := os.WriteFile(path, known[:], 0o600); err != nil {
		return anonymize.Key{}, fmt.Errorf("make the key of the examples: %w", err)
	}
	store := anonymize.OpenKey(durable.OS{}, path)
	if err := store.Forward(); err != nil {
		return anonymize.Key{}, fmt.Errorf("make the key of the examples: %w", err)
	}
	return store.Load()
}

// of returns a value before and after the treatment, or the value alone if treatment does not
// change it. For a list it shows one entry.
func (e examples) of(f profile.Field) (string, error) {
	raw, shown := sample(f)
	f.List = 0
	e.profile.Categories = []profile.Category{{Name: "example", Fields: []profile.Field{f}}}
	observed := []usage.Observation{{Category: "example", Field: usage.Raw(f.Name), Value: raw}}
	facts := anonymize.Treat(e.key, e.profile, anonymize.Unnamed(), observed).Facts
	if len(facts) != 1 {
		return "", errors.New("its kind has no example")
	}
	before, after := code(shown), code(written(facts[0].Value()))
	if before == after {
		return after, nil
	}
	return before + " → " + after, nil
}

// sample returns a value of the field, raw and as the page shows it.
func sample(f profile.Field) (raw usage.Value, shown string) {
	value := kind.Of(f.Kind).Example
	switch {
	case f.Kind == kind.Enum && len(f.Values) > 0:
		value = f.Values[0]
	case f.Unit == "bytes":
		value = int64(8_589_934_592)
	}
	if len(f.By) > 0 {
		return usage.Raw(usage.Record{f.By[0]: usage.Raw(value)}), pair(f.By[0], value)
	}
	return usage.Raw(value), fmt.Sprint(value)
}

func written(value any) string {
	record, ok := value.(anonymize.Record)
	if !ok {
		return fmt.Sprint(value)
	}
	var text string
	for name, part := range record.All {
		text += pair(name, part)
	}
	return text
}

func pair(key string, value any) string { return fmt.Sprintf("%s: %v", key, value) }
