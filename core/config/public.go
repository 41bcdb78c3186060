package config

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// harmless are the keys whose text never names anything of the customer's. Any other text is shown
// only if it is the default.
var harmless = []string{"product", "log.level"}

// Public returns the configuration for another reader, such as that of the log archive: one line
// for each key that is set, with its value if that names nothing, and otherwise (set).
func (c Config) Public() string {
	var out strings.Builder
	writePublic(&out, "", reflect.ValueOf(c), reflect.ValueOf(defaults))
	for _, name := range slices.Sorted(maps.Keys(c.Sources)) {
		for _, key := range slices.Sorted(maps.Keys(c.Sources[name])) {
			fmt.Fprintf(&out, "sources.%s.%s: (set)\n", name, key)
		}
	}
	return out.String()
}

func writePublic(out *strings.Builder, above string, v, usual reflect.Value) {
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		key := above + name
		switch f := v.Field(i); f.Kind() {
		case reflect.Struct:
			writePublic(out, key+".", f, usual.Field(i))
		case reflect.Map: // the sources, of which [Config.Public] shows only the keys
		case reflect.Bool, reflect.Int, reflect.Int64:
			fmt.Fprintf(out, "%s: %v\n", key, f.Interface())
		default:
			if f.Len() > 0 {
				fmt.Fprintf(out, "%s: %s\n", key, shown(key, f, usual.Field(i)))
			}
		}
	}
}

// shown returns a value, or (set).
func shown(key string, f, usual reflect.Value) string {
	if f.Kind() == reflect.String && (f.String() == usual.String() || slices.Contains(harmless, key)) {
		return f.String()
	}
	return "(set)"
}

// locationSigns are characters that mark a text as a location: a path, a host, an address, a URL. A
// single word is too common in ordinary sentences.
const locationSigns = "/.:@"

// Sensitive returns the locations in the configuration that [Config.Public] hides. The caller looks
// for them in other texts.
func (c Config) Sensitive() []string {
	var all []string
	note := func(text string) {
		if len(text) > 3 && strings.ContainsAny(text, locationSigns) {
			all = append(all, text)
		}
	}
	c.Product, c.Log.Level = "", "" // harmless
	eachText(reflect.ValueOf(c), reflect.ValueOf(defaults), note)
	return all
}

// eachText calls note with every text in v that is not the default.
func eachText(v, usual reflect.Value, note func(text string)) {
	if v.IsValid() && !usual.IsValid() {
		usual = reflect.Zero(v.Type())
	}
	if !v.IsValid() || reflect.DeepEqual(v.Interface(), usual.Interface()) {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			eachText(v.Field(i), usual.Field(i), note)
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachText(v.Index(i), reflect.Value{}, note)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			eachText(v.MapIndex(key), reflect.Value{}, note)
		}
	case reflect.Interface:
		eachText(v.Elem(), reflect.Value{}, note)
	case reflect.String:
		note(v.String())
	}
}
