package consent

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

var errNotDecision = errors.New("it does not hold a decision")

// decode reads a decision more strictly than encoding/json would: members are named exactly
// so, none comes twice, nothing follows. Of two choices in one file neither is the
// customer's.
func decode(text []byte) (Decision, error) {
	members, err := split(text)
	if err != nil {
		return Decision{}, err
	}
	var d Decision
	for name, into := range map[string]any{"choice": &d.Choice, "time": &d.Time, "actor": &d.Actor, "way": &d.Way} {
		value, ok := members[name]
		if !ok && name == "way" {
			continue
		}
		if len(value) == 0 || value[0] != '"' { // a null would be no error to encoding/json
			return Decision{}, errNotDecision
		}
		if err := json.Unmarshal(value, into); err != nil {
			return Decision{}, errNotDecision // json's own words could repeat the content
		}
	}
	return d, d.check()
}

// split takes one JSON object apart into its members.
func split(text []byte) (map[string]json.RawMessage, error) {
	in := json.NewDecoder(bytes.NewReader(text))
	if open, err := in.Token(); err != nil || open != json.Delim('{') {
		return nil, errNotDecision
	}
	members := map[string]json.RawMessage{}
	for in.More() {
		name, err := in.Token()
		if err != nil {
			return nil, errNotDecision
		}
		if _, twice := members[name.(string)]; twice {
			return nil, errNotDecision
		}
		var value json.RawMessage
		if err := in.Decode(&value); err != nil {
			return nil, errNotDecision
		}
		members[name.(string)] = value
	}
	if _, err := in.Token(); err != nil { // the closing brace
		return nil, errNotDecision
	}
	if _, err := in.Token(); err != io.EOF {
		return nil, errNotDecision
	}
	return members, nil
}
