package document

import "encoding/json"

// HoldsLeftOut is the reason, for a person, why a document that waited is removed unsent.
const HoldsLeftOut = "it holds a category that was left out since"

// Holds reports whether an encoded document has one of the categories, even if it only says that the
// category does not apply. A text that cannot be read may have any, so Holds reports true.
func Holds(body []byte, categories []string) bool {
	if len(categories) == 0 {
		return false
	}
	var read struct {
		Categories map[string]json.RawMessage
	}
	if json.Unmarshal(body, &read) != nil {
		return true
	}
	for _, category := range categories {
		if _, has := read.Categories[category]; has {
			return true
		}
	}
	return false
}
