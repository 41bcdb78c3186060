// Package httpapi reads the HTTP API of a product: HTTPS, GET only, answers in JSON or XML.
//
// An API also has credentials, names and addresses. Therefore a caller declares the members it
// wants as a struct with `json` or `xml` tags, and no other part of an answer is decoded.
//
// The product must not notice (SEND-5): one request is under way at a time, over one connection; a
// request has ten seconds, an answer four megabytes, also after unpacking, and an [API] two hundred
// requests. A login that was refused is not tried again, because that could lock the account. No
// redirect is followed, so the credentials go to no other place than the configured URL, and no
// proxy is used.
//
// If the product sends an ETag, the decoded answer is in the [sdk.Carryover] with it: in the next
// cycle, the product only has to answer that nothing has changed. Once a day the answer is read
// again.
//
// An error contains the status and a reason from the closed list. It contains no URL, no path, no
// header, no user and no part of an answer, so it may be logged. The package itself only logs that
// the settings are wrong, and which one.
//
// A profile declares the source in one line: `- {name: recorder, interface: https}`.
package httpapi

import (
	"context"
	"sync"
	"time"

	"polycom.com/usagedata/core/sdk"
)

// The limits of the load on the product.
const (
	maxRequests    = 200              // per Open
	maxAnswer      = 4 << 20          // bytes per answer, as sent and unpacked
	maxHeader      = 64 << 10         // bytes per header
	maxDepth       = 64               // objects, arrays or elements within each other
	requestTimeout = 10 * time.Second // per request, without waiting for its turn
)

// API reads the API of one product. [Open] returns one. Several collectors may use it concurrently:
// they take turns.
type API struct {
	source    string
	connect   func() (connection, error) // called once, for the first request
	carryover *sdk.Carryover
	turn      chan struct{} // held by the one request that may be under way

	// belong to the holder of the turn
	requests int
	refused  bool // the login was refused
}

// Open returns an API with the administrator's settings under sources.<source>. It neither reads
// nor connects. If the source is not configured, every call fails with [sdk.NotConfigured]; if the
// settings are wrong, with [sdk.Misconfigured]. The plugin's other sources are not affected.
func Open(env sdk.Env, source string) *API {
	return &API{
		source:    source,
		carryover: env.Carryover,
		turn:      make(chan struct{}, 1),
		connect: sync.OnceValues(func() (connection, error) {
			return sdk.Configured(env, source, settings.connection)
		}),
	}
}

// JSON reads an object or a list in JSON. The path is added to the configured URL; an empty one
// means the URL itself:
//
//	status, err := httpapi.JSON[status](ctx, api, "/v1/status?view=short")
//
// Escape a part of the path that comes from an answer with [net/url.PathEscape] or
// [net/url.QueryEscape].
//
// T is a type with `json` tags. Use pointers, so that a missing number is not taken for zero; a
// pointer stays nil if the number means unknown: see [sdk.IsSentinel]. If a member has another type
// than its field, or if the answer has none of the members that T names, the reason is
// [sdk.Malformed].
func JSON[T any](ctx context.Context, a *API, path string) (T, error) {
	return read(ctx, a, request{path, "application/json"}, decodeJSON[T])
}

// XML reads a document in XML, in UTF-8 and without a DTD. It is like [JSON], but T is a struct with
// `xml` tags, and its XMLName gives the name of the outer element, so that a page for people is not
// taken for the answer:
//
//	type status struct {
//		XMLName xml.Name `xml:"status"`
//		Active  *uint32  `xml:"active" usage:"active"`
//	}
func XML[T any](ctx context.Context, a *API, path string) (T, error) {
	return read(ctx, a, request{path, "application/xml, text/xml"}, decodeXML[T])
}
