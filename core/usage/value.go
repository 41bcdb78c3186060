package usage

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Value is one raw value as a plugin sent it: nil, bool, int64, float64, string, [List] or
// [Record].
//
// It may identify the customer, so nothing can print, log, encode or compare it by accident: the
// value is held in a func, which reflection cannot look into, even if the Value is an unexported
// field of another type. The only access is [Value.Reveal], and core/floors.txt lists the packages
// that may call it.
type Value struct {
	reveal func() any
}

// List is a raw list, Record a raw record. The keys of a [Record] come from the plugin and are as raw
// as its values.
type (
	List   []Value
	Record map[string]Value
)

// errRaw is returned to every encoder that is given a raw value.
var errRaw = errors.New("encode raw value: raw values do not leave the host")

const hidden = "[raw]"

// Raw hides v.
func Raw(v any) Value { return Value{reveal: func() any { return v }} }

// Reveal returns the value passed to [Raw], or nil for the zero [Value].
func (v Value) Reveal() any {
	if v.reveal == nil {
		return nil
	}
	return v.reveal()
}

// Format writes [raw] for every verb.
func (v Value) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue returns [raw] for log/slog.
func (v Value) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalJSON returns an error.
func (v Value) MarshalJSON() ([]byte, error) { return nil, errRaw }

// MarshalText returns an error; XML attributes, map keys and flags use it.
func (v Value) MarshalText() ([]byte, error) { return nil, errRaw }

// MarshalYAML returns an error.
func (v Value) MarshalYAML() (any, error) { return nil, errRaw }

// GobEncode returns an error.
func (v Value) GobEncode() ([]byte, error) { return nil, errRaw }

// Observation is one raw value of a category. The category's name comes from the profile. The
// field's name is still the plugin's own word, and is hidden like the value until it has been
// looked up in the profile.
type Observation struct {
	Category string
	Field    Value
	Value    Value
}
