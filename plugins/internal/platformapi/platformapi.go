// Package platformapi reads the RealPresence Platform API of a product: HTTPS on the appliance,
// JSON, GET only.
//
// The API also has credentials, names and scripts. Therefore a caller declares the members it wants
// as a struct with `json` tags, and no other part of an answer is decoded. The names of members may
// be in camelCase or kebab-case.
//
// The product must not notice (SEND-5): at most two requests are under way at a time, a request has
// ten seconds, an answer four megabytes, a list a hundred pages, and a collect two hundred
// requests.
//
// An answer that has not changed since the last cycle is not transferred again: the values that
// were decoded from it are in the [sdk.Carryover] with its ETag, and the product answers 304 to the
// ETag. That needs as many requests, but hardly any bytes.
//
// An error contains the path that was read and a reason from the closed list. It contains no
// address, no name and no part of an answer.
package platformapi

import (
	"fmt"
	"strings"
	"time"

	"polycom.com/usagedata/core/sdk"
)

// The limits of the load on the product.
const (
	maxConcurrent  = 2                // requests under way
	maxRequests    = 200              // per Open
	maxPages       = 100              // per list
	maxAnswer      = 4 << 20          // bytes per answer
	requestTimeout = 10 * time.Second // per request, without waiting for its turn
)

// Resource is a resource of the API, which [Count], [Fields] or [Items] read.
type Resource struct {
	Path           string // below the base path: /devices
	Representation string // without the version: plcm-device-list
	Newest         int    // the newest version that we know; older ones are accepted, too
	Also           string // another media type that the documents give for the resource
	Unnamed        bool   // no document has the name of the list, so any list in the answer is read
}

// accepted returns the media types from the newest version to the oldest, which has no number in
// its name.
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

// isList reports whether the member with a normalized name holds the list of the resource:
// plcmDeviceList, plcmDeviceV3List and plcm-device-v3-list for plcm-device-list.
func (r Resource) isList(member string) bool {
	stem, ok := strings.CutPrefix(member, normal(strings.TrimSuffix(r.Representation, "-list")))
	if !ok {
		return false
	}
	stem, ok = strings.CutSuffix(stem, "list")
	return ok && (stem == "" || stem[0] == 'v' && strings.Trim(stem[1:], "0123456789") == "")
}

// normal returns a name without differences in case and hyphens.
func normal(name string) string {
	return strings.ToLower(strings.ReplaceAll(name, "-", ""))
}

// explained adds the path that was read to an error of this package.
func (r Resource) explained(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("read %s: %w", r.Path, err)
}

// failed returns an error that keeps only the reason of its cause: the text of the cause may
// contain addresses and names.
func (r Resource) failed(cause error) error {
	return fmt.Errorf("read %s: %w", r.Path, sdk.NotAvailable(sdk.Explain(cause)))
}
