package sdktest

import (
	"os"
	"path/filepath"
	"testing"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/profile"
)

// Treated holds the value of a field as the plugin sent it, and as it would leave the appliance.
type Treated struct {
	Field  string // category.field
	Kind   string // as in the profile; record for a record
	Raw    any
	Leaves any // nil if nothing leaves, because the profile does not approve the value
}

// Treated returns each field that was sent, in the order of the profile. It uses the host's own
// treatment with a publicly known key: the pseudonyms are the same in every test, and do not occur
// on any appliance.
func (r Result) Treated(t testing.TB) []Treated {
	t.Helper()
	key, err := knownKey()
	if err != nil {
		t.Fatalf("treat: %v", err)
	}
	facts := anonymize.Treat(key, r.approved, anonymize.Unnamed(), r.observed).Facts
	leaves := map[string]any{}
	for _, f := range facts {
		leaves[f.Category()+"."+f.Field()] = plain(f.Value())
	}
	var all []Treated
	for _, c := range r.approved.Categories {
		for _, f := range c.Fields {
			if raw, sent := r.Values[c.Name][f.Name]; sent {
				name := c.Name + "." + f.Name
				all = append(all, Treated{name, kind(f), raw, leaves[name]})
			}
		}
	}
	return all
}

// testKey is the key of all tests. It has the length of a real key.
const testKey = "all tests know it, it is no key."

// knownKey writes the key to a file and loads it, because the host has no function that makes a key
// from chosen bytes.
func knownKey() (key anonymize.Key, err error) {
	dir, err := os.MkdirTemp("", "ud-key")
	if err != nil {
		return key, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "key")
	if err := os.WriteFile(path, []byte(testKey), 0o600); err != nil {
		return key, err
	}
	store := anonymize.OpenKey(durable.OS{}, path)
	if err := store.Forward(); err != nil {
		return key, err
	}
	return store.Load()
}

func kind(f profile.Field) string {
	if len(f.Fields) > 0 {
		return "record"
	}
	return string(f.Kind)
}

// plain converts treated records to the same types as raw records.
func plain(value any) any {
	switch is := value.(type) {
	case anonymize.Record:
		record := map[string]any{}
		for name, part := range is.All {
			record[name] = plain(part)
		}
		return record
	case []any:
		for i, entry := range is {
			is[i] = plain(entry)
		}
	}
	return value
}
