package platformapi

import (
	"bytes"
	"encoding/json"
)

// Listed is a list within an answer. Some answers write it as an array, and others as an object around one array, as
// the documented types of lists are: plcmStringList within a PlcmStringList.
type Listed[T any] []T

// UnmarshalJSON takes both. An object without an array leaves the list unknown.
func (l *Listed[T]) UnmarshalJSON(text []byte) error {
	if bytes.HasPrefix(text, []byte(`{`)) {
		array, err := soleArray(text)
		if err != nil || array == nil {
			return err
		}
		text = array
	}
	return json.Unmarshal(text, (*[]T)(l))
}

// soleArray returns the one array that an object has. Of two of them it is not known which is the list.
func soleArray(text []byte) (array []byte, err error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, err
	}
	for _, value := range members {
		if !bytes.HasPrefix(value, []byte(`[`)) {
			continue
		}
		if array != nil {
			return nil, malformed("two arrays in the place of one list")
		}
		array = value
	}
	return array, nil
}
