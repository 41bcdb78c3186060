package receiver

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"time"
)

func answersChecks() []Check {
	return []Check{
		{ID: "answers.head", Serves: []string{"SEND-4"},
			Holds: "Status line and headers of an answer have at most 4,096 bytes.",
			Why:   "An appliance reads no more, and takes a longer answer for none.", judge: fitsHead},
		{ID: "answers.date", Level: recommended,
			Holds: "The Date of an answer is within a minute of this machine's clock.",
			Why:   "A Retry-After that is a date is compared with it, and periods are judged by it.",
			judge: tellsDate},
		{ID: "answers.quiet", Level: recommended, Serves: []string{"COLL-4"},
			Holds: "Answers name no version of a program, no path of its machine and no place in its code.",
			Why:   "They help an attacker and nobody else.", judge: keepsQuiet},
	}
}

// samples returns answers of several kinds, by the kind.
func (v *visit) samples(ctx context.Context) map[string]answer {
	d := v.document()
	r := v.put(d, "gzip")
	found := map[string]answer{}
	for _, s := range []trial{
		{what: "an acceptance", request: r}, {what: "a resend", request: r},
		{what: "another body", request: v.put(v.other(d), "gzip")},
		{what: "a wrong digest", request: r.with("Content-Digest", digest(nil))},
		{what: "no JSON", request: v.carry(d.product, d.id, "gzip", pack("gzip", []byte("hello")))},
		{what: "another encoding", request: v.put(d, "br")},
		{what: "another path", request: v.question("GET", "/favicon.ico")},
		{what: "another method", request: v.question("DELETE", d.path())},
		{what: "a request that is none", request: v.question("G(T", d.path())},
		{what: "a large body", request: r.with("Content-Length", "100000000")},
	} {
		if a, err := v.ask(ctx, s.request); err == nil {
			found[s.what] = a
		}
	}
	return found
}

// headLimit is what an appliance reads.
const headLimit = 4096

func fitsHead(ctx context.Context, v *visit) finding {
	var problems []string
	longest := 0
	for what, a := range v.samples(ctx) {
		if longest = max(longest, a.head); a.head > headLimit {
			problems = append(problems, fmt.Sprintf("%s: %d bytes", what, a.head))
		}
	}
	if len(problems) > 0 {
		return fail("Answers are too long.").with(problems...)
	}
	return pass("The longest has %d bytes.", longest)
}

func tellsDate(ctx context.Context, v *visit) finding {
	a, err := v.send(ctx, v.document())
	if err != nil {
		return fail("There was no answer.").with(err.Error())
	}
	date, err := http.ParseTime(a.header.Get("Date"))
	if err != nil {
		return fail("There is no Date, or it cannot be read.")
	}
	if apart := v.now().Sub(date).Abs(); apart > time.Minute {
		return fail("It is %v apart.", apart.Round(time.Second))
	}
	return pass("")
}

// revealing finds what an answer should not say.
var revealing = sync.OnceValue(func() []*regexp.Regexp {
	var all []*regexp.Regexp
	for _, pattern := range []string{
		`(?i)\b(nginx|apache|httpd|lighttpd|haproxy|caddy|openresty|jetty|tomcat|gunicorn|uvicorn)[/ ]v?\d[\w.]*`,
		`(?i)\b(php|openssl|go|python|usagedata-collect)[/ ]v?\d[\w.]*`,
		`(?:^|[\s"'(=:])/(?:var|srv|etc|home|usr|opt|tmp|data|mnt|root|run|lib|proc)/[\w./-]*`,
		`\b[\w/]+\.(?:go|py|rb|js|java|php|c|rs):\d+`, `goroutine \d+`, `(?i)\bpanic: .{0,40}`, `Traceback`,
	} {
		all = append(all, regexp.MustCompile(pattern))
	}
	return all
})

func keepsQuiet(ctx context.Context, v *visit) finding {
	var problems []string
	for what, a := range v.samples(ctx) {
		texts := []string{string(a.body)}
		for name, values := range a.header {
			for _, value := range values {
				texts = append(texts, name+": "+value)
			}
		}
		for _, text := range texts {
			for _, pattern := range revealing() {
				if said := pattern.FindString(text); said != "" {
					problems = append(problems, fmt.Sprintf("%s: %q", what, said))
				}
			}
		}
	}
	slices.Sort(problems)
	return failIfAny(slices.Compact(problems), "An answer says more than it should.")
}

func loadChecks() []Check {
	many := []string{"COLL-3"}
	return []Check{
		{ID: "load.idle", alone: true, Serves: many,
			Holds: "With 40 silent connections open, a document is accepted.",
			Why:   "Peers that only connect must not keep out those that send.", judge: acceptsBesideIdle},
		{ID: "load.many", alone: true, needs: []string{"load.idle", "resend.same"}, Serves: many,
			Holds: "Of 40 documents at the same time, each is accepted or waits, and those that were accepted " +
				"are known.",
			Why: "After an outage many appliances come at once; none may lose a document.", judge: acceptsMany},
	}
}

const crowd = 40

func acceptsBesideIdle(ctx context.Context, v *visit) finding {
	silent, problems := make([]*conn, crowd), make([]error, crowd)
	var opening sync.WaitGroup
	for i := range silent {
		opening.Go(func() { silent[i], problems[i] = v.dial(ctx) })
	}
	opening.Wait()
	for _, c := range silent {
		if c != nil {
			defer c.end()
		}
	}
	if err := errors.Join(problems...); err != nil {
		return fail("A connection was refused.").with(err.Error())
	}
	return failIfAny(v.try(ctx, good("a good document", v.put(v.document(), "gzip"))),
		"The document was not accepted.")
}

func acceptsMany(ctx context.Context, v *visit) finding {
	var requests []request
	for range crowd {
		requests = append(requests, v.put(v.document(), "gzip"))
	}
	answers, problems := v.together(ctx, requests, false)
	later := 0
	for i, a := range answers {
		switch {
		case a.status == 0:
		case a.waits():
			later++
		case !a.accepts():
			problems = append(problems, fmt.Sprintf("connection %d: %v", i+1, a))
		default:
			problems = append(problems, v.try(ctx, good("an accepted document again", requests[i]))...)
		}
	}
	if len(problems) > 0 {
		return fail("Documents that came at the same time were not treated as they should be.").with(problems...)
	}
	return pass("%d of %d were accepted at once.", crowd-later, crowd)
}

func costChecks() []Check {
	return []Check{{ID: "cost.exchange", alone: true,
		needs: []string{"receive.sender", "http.close"}, Level: recommended,
		Serves: []string{"SEND-4"},
		Holds:  "A document of 2.7 KB costs its appliance at most 15,000 bytes, handshake and all headers included.",
		Why:    "All bytes of an hour must stay below 100,000; long certificate chains and answers use them up.",
		judge:  costs}}
}

const costLimit = 15_000 // with a chain of 4 KB, some 13,000

// costs sends three documents, each from another appliance, and takes the smallest figure: the count of an
// appliance is an upper bound, which a busy machine raises.
func costs(ctx context.Context, v *visit) finding {
	least, figures := int64(math.MaxInt64), ""
	for range 3 {
		in, out, err := v.cost(ctx)
		if err != nil {
			return fail("The document was not delivered.").with(err.Error())
		}
		if in+out < least {
			least = in + out
			figures = fmt.Sprintf("%d bytes in and %d bytes out, the document included.", in, out)
		}
	}
	if least > costLimit {
		return fail("%s", figures)
	}
	return pass("%s", figures)
}

// cost returns the bytes of one document as its appliance counts them.
func (v *visit) cost(ctx context.Context) (in, out int64, err error) {
	a, err := v.newAppliance()
	if err != nil {
		return 0, 0, err
	}
	defer a.close()
	d := v.document()
	if err := a.Send(ctx, d.id, d.body, false); err != nil {
		return 0, 0, err
	}
	v.stored.Add(1)
	in, out = a.gate.Wire()
	return in, out, nil
}
