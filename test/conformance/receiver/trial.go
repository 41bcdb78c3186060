package receiver

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// trial is one request and the statuses that may answer it.
type trial struct {
	what    string // the request differs from a good one by this
	request request
	want    []int // none: any final refusal
	ends    bool  // the connection may also end without an answer
}

// good is a trial of a request that must be accepted.
func good(what string, r request) trial { return trial{what: what, request: r, want: accepted} }

// answered is a trial of a request that must have this status for its answer.
func answered(what string, r request, status int) trial {
	return trial{what: what, request: r, want: []int{status}}
}

// try sends each request over a connection of its own, and returns a line for each answer that is not
// wanted.
func (v *visit) try(ctx context.Context, trials ...trial) (problems []string) {
	for _, t := range trials {
		a, err := v.ask(ctx, t.request)
		switch {
		case err != nil && t.ends:
		case err != nil:
			problems = append(problems, fmt.Sprintf("%s: no answer: %v", t.what, err))
		case len(t.want) == 0 && !a.final(), len(t.want) > 0 && !slices.Contains(t.want, a.status):
			problems = append(problems, fmt.Sprintf("%s: %v; allowed: %s", t.what, a, allowed(t.want)))
		}
	}
	return problems
}

func allowed(statuses []int) string {
	switch {
	case len(statuses) == len(none):
		return "3xx, 4xx or none"
	case len(statuses) == 0:
		return "a 4xx that is final"
	}
	words := make([]string, len(statuses))
	for i, s := range statuses {
		words[i] = fmt.Sprint(s)
	}
	return strings.Join(words, ", ")
}

// accepted are the statuses that accept a document.
var accepted = []int{200, 201, 204}

// stores sends a document that must be accepted before a rule can be judged.
func (v *visit) stores(ctx context.Context, d document) (problem finding, ok bool) {
	a, err := v.send(ctx, d)
	switch {
	case err != nil:
		return fail("A good document got no answer.").with(err.Error()), false
	case !a.accepts():
		return fail("A good document was not accepted.").with(a.String()), false
	}
	return finding{}, true
}
