package api

import (
	"errors"
	"net/http"
	"strings"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/usage"
)

// precondition compares If-Match and If-None-Match (RFC 9110, 13.2.2) with the tag of the decision
// in force. It returns 0 if the request may be carried out, and otherwise the status of the answer.
func precondition(r *http.Request, tag string) int {
	match, unless := r.Header.Values("If-Match"), r.Header.Values("If-None-Match")
	switch {
	case match != nil && !listsTag(match, tag, strong):
		return http.StatusPreconditionFailed
	case unless == nil || !listsTag(unless, tag, weak):
		return 0
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		return http.StatusNotModified
	}
	return http.StatusPreconditionFailed
}

// strong and weak are the two ways to compare tags. A weak tag does not identify a decision with
// certainty, but is good enough to avoid fetching it again.
func strong(named, tag string) bool { return named == quoted(tag) }

func weak(named, tag string) bool { return strings.TrimPrefix(named, "W/") == quoted(tag) }

func quoted(tag string) string { return `"` + tag + `"` }

// listsTag reports whether a list of tags contains the given one, or is *, which matches any.
func listsTag(values []string, tag string, same func(named, tag string) bool) bool {
	list := strings.Join(values, ",")
	if strings.TrimSpace(list) == "*" {
		return true
	}
	for named := range strings.SplitSeq(list, ",") {
		if same(strings.TrimSpace(named), tag) {
			return true
		}
	}
	return false
}

// expectedTag returns the tag that the decision must still have when it is changed: the tag for
// which the precondition was met. It is empty, for any decision, if there is no precondition or it
// is If-Match: *.
func expectedTag(r *http.Request, shown consent.Decision) string {
	match, unless := r.Header.Values("If-Match"), r.Header.Values("If-None-Match")
	if unless == nil && (match == nil || strings.TrimSpace(strings.Join(match, ",")) == "*") {
		return ""
	}
	return admin.Tag(shown)
}

// preconditionMet reports whether a request may be carried out on the decision in force. If not, it
// answers the request.
func preconditionMet(w http.ResponseWriter, r *http.Request, now consent.Decision) bool {
	switch code := precondition(r, admin.Tag(now)); code {
	case 0:
		return true
	case http.StatusNotModified:
		w.Header().Set("ETag", quoted(admin.Tag(now)))
		w.WriteHeader(code)
	default:
		refuse(w, code, usage.WithHint(errors.New("the decision in force does not match If-Match or If-None-Match"),
			"read the decision again, then decide"))
	}
	return false
}
