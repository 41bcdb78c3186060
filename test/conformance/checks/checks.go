// Package checks is the checks of the conformance suite, a file for each topic. All of them are listed here; a test
// sees to it that each has a broken plugin that it fails, and that each requirement has a check or a reason why it has
// none.
package checks

import (
	"slices"
	"strings"

	"polycom.com/usagedata/test/conformance/check"
	"polycom.com/usagedata/test/conformance/result"
)

// All lists every check, in the order in which a report shows them.
func All() []check.Check {
	return slices.Concat(handshake(), description(), stream(), values(), reasons(), same(), size(), privacy(), sources(),
		deadline(), readonly(), resources(), logs(), stop(), turns(), host())
}

// Topic is the first part of a check's id.
func Topic(id string) string {
	topic, _, _ := strings.Cut(id, ".")
	return topic
}

const (
	required    = result.Required
	recommended = result.Recommended
)
