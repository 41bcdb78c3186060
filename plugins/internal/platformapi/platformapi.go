// Package platformapi reads the RealPresence Platform API of a product: HTTPS on the appliance, JSON, GET only.
//
// The data lies next to credentials, names and scripts. So a caller states the members it wants, as a struct with
// `json` tags, and nothing else of an answer is decoded. Names of members may be in camelCase or kebab-case.
//
// The product must not notice (SEND-5): at most two requests are under way at a time, a request has ten seconds, an
// answer four megabytes, a list a hundred pages, and a collect two hundred requests.
//
// What has not changed since the last cycle is not read again: the product answers 304 to the tag that is remembered
// with what was decoded, in the sdk.Memory. That takes as many requests, and hardly any bytes.
//
// An error says what was read and a reason of the closed list. It holds no address, no name and nothing of an answer.
package platformapi

import (
	"fmt"
	"strings"
	"time"

	"polycom.com/usagedata/core/sdk"
)

// Bounds on what reading may cost the product.
const (
	atOnce         = 2                // requests under way
	maxRequests    = 200              // from one Open
	maxPages       = 100              // of one list
	maxAnswer      = 4 << 20          // bytes of one answer
	requestTimeout = 10 * time.Second // for one request, waiting for its turn not included
)

// Resource is something that the interface answers for.
type Resource struct {
	Path           string // below the base: /devices
	Representation string // without version: plcm-device-list
	Newest         int    // the newest version that we know; older ones are asked for as well
	Also           string // a media type that documents write for the resource beside the one that the others are like
	Unnamed        bool   // no document has the name of the list: it is whatever list the answer holds
}

// accepted lists the media types from the newest version to the oldest, which has no number in its name.
func (r Resource) accepted() []string {
	var types []string
	for version := r.Newest; version > 1; version-- {
		types = append(types, fmt.Sprintf("application/vnd.plcm.%s-v%d+json", r.Representation, version))
	}
	types = append(types, fmt.Sprintf("application/vnd.plcm.%s+json", r.Representation))
	if r.Also != "" {
		types = append(types, r.Also)
	}
	return types
}

// isList tells whether a normalized member holds the list of the resource: plcmDeviceList, plcmDeviceV3List and
// plcm-device-v3-list do for plcm-device-list.
func (r Resource) isList(member string) bool {
	stem, ok := strings.CutPrefix(member, normal(strings.TrimSuffix(r.Representation, "-list")))
	if !ok {
		return false
	}
	stem, ok = strings.CutSuffix(stem, "list")
	return ok && (stem == "" || stem[0] == 'v' && strings.Trim(stem[1:], "0123456789") == "")
}

// normal makes names comparable that differ in case and hyphens only.
func normal(name string) string {
	return strings.ToLower(strings.ReplaceAll(name, "-", ""))
}

// explained says what was read when an error of ours came up.
func (r Resource) explained(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("read %s: %w", r.Path, err)
}

// failed words an error. The cause's own text would hold addresses and names, so that only its reason is kept.
func (r Resource) failed(cause error) error {
	return fmt.Errorf("read %s: %w", r.Path, sdk.NotAvailable(sdk.Explain(cause)))
}
