package config

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// harmless are keys whose text names nothing of the customer's; any other text is told only where it is the default.
var harmless = []string{"product", "log.level"}

// Told is the configuration for somebody else to read, as the log archive: one line a key that is set, with its value where that names nothing, and
// (set) for the others.
func (c Config) Told() string {
	var out strings.Builder
	tell(&out, "", reflect.ValueOf(c), reflect.ValueOf(defaults))
	for _, name := range slices.Sorted(maps.Keys(c.Sources)) {
		for _, key := range slices.Sorted(maps.Keys(c.Sources[name])) {
			fmt.Fprintf(&out, "sources.%s.%s: (set)\n", name, key)
		}
	}
	return out.String()
}

func tell(out *strings.Builder, above string, v, usual reflect.Value) {
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		key := above + name
		switch f := v.Field(i); f.Kind() {
		case reflect.Struct:
			tell(out, key+".", f, usual.Field(i))
		case reflect.Map: // the sources, of which only the keys are told
		case reflect.Bool, reflect.Int, reflect.Int64:
			fmt.Fprintf(out, "%s: %v\n", key, f.Interface())
		default:
			if f.Len() > 0 {
				fmt.Fprintf(out, "%s: %s\n", key, shown(key, f, usual.Field(i)))
			}
		}
	}
}

// shown is a value, or that there is one.
func shown(key string, f, usual reflect.Value) string {
	if f.Kind() == reflect.String && (f.String() == usual.String() || slices.Contains(harmless, key)) {
		return f.String()
	}
	return "(set)"
}
