package networkusage

import "fmt"

var places = []string{"Bad Tölz", "Füssen", "Garmisch", "Königsdorf", "Lenggries", "Mühldorf", "Penzberg", "Traunstein"}

// Name is a scope's: it tells who the customer is. Some have to be quoted.
func Name(scope int) string {
	place := places[scope%len(places)]
	switch {
	case scope%50 == 7:
		return fmt.Sprintf("Klinik %s, Haus %d", place, scope)
	case scope%50 == 13:
		return fmt.Sprintf("Praxis \"%s\" %d", place, scope)
	default:
		return fmt.Sprintf("Klinik %s %d", place, scope)
	}
}

// Names are those of an export's scopes.
func (e Export) Names() []string {
	names := make([]string, e.Scopes)
	for scope := range names {
		names[scope] = Name(scope)
	}
	return names
}

// row makes the values of a row, by column. Every eleventh scope has no calls, and says none of quality.
func row(scope, minute int) [28]int {
	n := scope*7 + minute*13
	if scope%11 == 10 {
		return [28]int{
			6: -1, 7: -1, 8: 0, 9: -1, 10: -1,
			11: -1, 12: -1, 13: -1, 14: -1, 15: -1, 16: -1, 17: -1, 18: -1,
		}
	}
	return [28]int{
		2: n % 5, 3: n % 4, 4: n % 3 / 2, 5: n % 7 / 6, 6: -1, 7: 20000, 8: n % 9000, 9: n % 100, 10: n % 3,
		11: n % 20, 12: n%20 + n%31, 13: n % 90, 14: n%90 + n%41, 15: n % 10, 16: n%10 + n%17, 17: n % 60, 18: n%60 + n%23,
		19: n % 6, 20: n % 8, 21: n % 3, 22: n % 9,
		23: n % 4, 24: n % 5, 25: n % 3, 26: n % 6, 27: n % 2,
	}
}
