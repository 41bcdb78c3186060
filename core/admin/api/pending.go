package api

import (
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/profile"
)

// pending is a field that the installed profile approves and the administrator has not accepted.
type pending struct {
	Category  string `json:"category"`
	Path      string `json:"path"`
	Kind      string `json:"kind"`
	Doc       string `json:"doc"`
	Why       string `json:"why"`
	Treatment string `json:"treatment"`
}

// pendingOf returns an empty list unless sending is allowed: without that, no field is accepted.
func pendingOf(d consent.Decision, p profile.Profile) []pending {
	list := []pending{}
	for _, at := range d.Pending(p) {
		list = append(list, pending{at.Category, at.Path, string(at.Field.Kind), at.Field.Doc, at.Field.Why,
			at.Field.Kind.Treatment().String()})
	}
	return list
}
