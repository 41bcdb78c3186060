package usage

import "strings"

// No patterns here: one that counts is large, and would be made in each start of a program.
const (
	letters = "abcdefghijklmnopqrstuvwxyz"
	digits  = "0123456789"
	// tokens are the characters of an id's last part: no letters that people mistake for digits.
	tokens = "0123456789abcdefghjkmnpqrstvwxyz"
	// tokenSize is the length of that part.
	tokenSize = 26
)

// IsProduct reports whether the text may be a product's id. Every id is also a safe folder name.
func IsProduct(text string) bool {
	return len(text) >= 2 && len(text) <= 32 && strings.Contains(letters, text[:1]) && consists(text, letters+digits)
}

// ParseID returns the product and the hour of a document's id, as core/upload/README.md describes it; ok is
// false if the text is no id.
func ParseID(id string) (product string, period Period, ok bool) {
	product, rest, _ := strings.Cut(id, "-")
	hour, token, _ := strings.Cut(rest, "-")
	period, err := ParsePeriod(hour)
	if err != nil || !period.Whole() || period.String() != hour || !IsProduct(product) ||
		len(token) != tokenSize || !consists(token, tokens) {
		return "", Period{}, false
	}
	return product, period, true
}

func consists(text, of string) bool { return strings.Trim(text, of) == "" }
