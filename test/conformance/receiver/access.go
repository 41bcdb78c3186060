package receiver

import (
	"bytes"
	"context"
	"fmt"
	"slices"
)

func accessChecks() []Check {
	closed := []string{"VIEW-3", "COLL-4"}
	return []Check{
		{ID: "access.read", Serves: closed,
			Holds: "GET and HEAD of a stored document are answered like those of a document that is not stored, " +
				"not by 2xx.",
			Why:   "Nobody outside the vendor may read usage data, or find out whether there is any.",
			judge: readsNothing},
		{ID: "access.methods", Serves: closed, after: []string{"resend.known"},
			Holds: "No method but PUT does anything to a stored document.",
			Why:   "WebDAV servers delete, copy and list unless they are told not to.", judge: refusesMethods},
		{ID: "access.list", Serves: closed, Holds: "No folder above a document is listed.",
			Why: "The ids and the number of documents are about the vendor's customers.", judge: listsNothing},
		{ID: "access.inner", Level: recommended, Serves: closed,
			Holds: "Pages for the operator are not on this listener.",
			Why:   "Metrics, health and profiles say how many appliances there are, and may do harm.",
			judge: hidesInner},
	}
}

func readsNothing(ctx context.Context, v *visit) finding {
	d, absent := v.document(), v.document()
	if problem, ok := v.stores(ctx, d); !ok {
		return problem
	}
	var problems []string
	for _, method := range []string{"GET", "HEAD"} {
		is, err := v.ask(ctx, v.question(method, d.path()))
		isNot, errNot := v.ask(ctx, v.question(method, absent.path()))
		switch {
		case err != nil || errNot != nil: // an answer less
		case is.status < 300 || bytes.Contains(is.body, []byte(v.system)):
			problems = append(problems, fmt.Sprintf("%s: %d with a body of %d bytes", method, is.status, len(is.body)))
		case is.status != isNot.status:
			problems = append(problems, fmt.Sprintf("%s: %d if it is stored, %d if it is not", method, is.status,
				isNot.status))
		}
	}
	return failIfAny(problems, "An answer gives away a document, or that there is one.")
}

func (d document) path() string { return "/v1/usage/" + d.product + "/" + d.id }

// question returns a request without a body.
func (v *visit) question(method, path string, more ...string) request {
	return request{method, path, append([]string{"Host: " + v.host, "Connection: close"}, more...), nil}
}

func refusesMethods(ctx context.Context, v *visit) finding {
	d := v.document()
	if problem, ok := v.stores(ctx, d); !ok {
		return problem
	}
	to := "Destination: https://" + v.host + v.document().path()
	requests := []request{v.put(d, "gzip").to("POST", d.path()), v.put(d, "gzip").to("PATCH", d.path()),
		v.put(d, "gzip").to("put", d.path()), v.question("COPY", d.path(), to), v.question("MOVE", d.path(), to)}
	for _, method := range []string{"DELETE", "PROPFIND", "PROPPATCH", "MKCOL", "LOCK", "TRACE", "SEARCH", "REPORT"} {
		requests = append(requests, v.question(method, d.path(), "Depth: 1", "Content-Length: 0"))
	}
	var problems []string
	for _, r := range requests {
		if a, err := v.ask(ctx, r); err == nil && a.status < 300 {
			problems = append(problems, fmt.Sprintf("%s: %v", r.method, a))
		}
	}
	if !v.Several && !v.fails("resend.known") {
		problems = append(problems, v.try(ctx, answered("the document afterwards", v.put(d, "gzip"), 200))...)
	}
	return failIfAny(problems, "A method was not refused.")
}

func listsNothing(ctx context.Context, v *visit) finding {
	d := v.document()
	if problem, ok := v.stores(ctx, d); !ok {
		return problem
	}
	var problems []string
	for _, path := range []string{"/", "/v1", "/v1/", "/v1/usage", "/v1/usage/", "/v1/usage/" + d.product,
		"/v1/usage/" + d.product + "/", "/v1/usage/" + d.product + "/?list"} {
		for _, method := range []string{"GET", "PROPFIND"} {
			a, err := v.ask(ctx, v.question(method, path, "Depth: 1"))
			if err == nil && (a.status < 300 && path != "/" || bytes.Contains(a.body, []byte(d.id))) {
				problems = append(problems, fmt.Sprintf("%s %s: %d with a body of %d bytes", method, path,
					a.status, len(a.body)))
			}
		}
	}
	return failIfAny(problems, "A folder is shown.")
}

func hidesInner(ctx context.Context, v *visit) finding {
	var problems []string
	for _, path := range []string{"/metrics", "/healthz", "/readyz", "/debug/pprof/", "/debug/vars", "/status",
		"/server-status", "/nginx_status", "/admin"} {
		a, err := v.ask(ctx, v.question("GET", path))
		if err == nil && slices.Contains([]int{200, 204, 206}, a.status) {
			problems = append(problems, fmt.Sprintf("GET %s: %d with a body of %d bytes", path, a.status, len(a.body)))
		}
	}
	return failIfAny(problems, "A page for the operator can be read by anyone.")
}
