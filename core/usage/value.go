package usage

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Value is one raw value as a plugin sent it: nil, bool, int64, float64, string, List or Record.
//
// It may identify the customer, so nothing can print, log, encode or compare it by accident: the value is held in a
// func, which no reflection looks into, also not where a Value is an unexported field of something else.
// The only way to it is Reveal, and core/floors.txt says who may call that.
type Value struct {
	reveal func() any
}

// List is a raw list, Record a raw record. A Record's keys come from the plugin and are as raw as its values.
type (
	List   []Value
	Record map[string]Value
)

// errRaw is what every encoder gets that is handed a raw value.
var errRaw = errors.New("encode raw value: raw values do not leave the host")

const hidden = "[raw]"

// Raw hides v.
func Raw(v any) Value { return Value{reveal: func() any { return v }} }

// Reveal returns what Raw hid; nil for the zero Value.
func (v Value) Reveal() any {
	if v.reveal == nil {
		return nil
	}
	return v.reveal()
}

// Format shows [raw] for every verb.
func (v Value) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue shows [raw] in log/slog.
func (v Value) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalJSON refuses.
func (v Value) MarshalJSON() ([]byte, error) { return nil, errRaw }

// MarshalText refuses: XML attributes, map keys and flags go through it.
func (v Value) MarshalText() ([]byte, error) { return nil, errRaw }

// MarshalYAML refuses.
func (v Value) MarshalYAML() (any, error) { return nil, errRaw }

// GobEncode refuses.
func (v Value) GobEncode() ([]byte, error) { return nil, errRaw }

// Observation is one raw value of a category. The category's name is the profile's; the field's name is still
// the plugin's own word and is hidden like the value until the profile has been asked for it.
type Observation struct {
	Category string
	Field    Value
	Value    Value
}
