package receiver

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"polycom.com/usagedata/core/usage"
)

func resendChecks() []Check {
	const known, conflict = "resend.known", "resend.conflict"
	return []Check{
		{ID: "resend.same", Holds: "The same document again is accepted.",
			Why:   "An appliance that got no answer sends it again, until one accepts it.",
			judge: resendsSame},
		{ID: known, needs: []string{"resend.same"}, single: true,
			Holds: "The first time is answered 201, the same again 200.",
			Why:   "It shows that the collection point recognizes the document, and does not count it twice.",
			judge: knowsResend},
		{ID: "resend.coding", needs: []string{known}, after: []string{"receive.zstd"}, single: true,
			Holds: "The same document in another encoding is the same: 200.",
			Why:   "A newer version of the service may pack it in another way after an update.",
			judge: knowsOtherCoding},
		{ID: conflict, single: true,
			Holds: "Another body under an id is refused with 409 and the Stored-Digest of the stored one, unpacked.",
			Why:   "Only this digest makes the refusal final; without it the document is sent for a week.",
			judge: conflicts},
		{ID: "resend.kept", needs: []string{conflict, known}, single: true,
			Holds: "After a conflict, the first document is still the stored one.",
			Why:   "A document that was acknowledged must not be replaced.", judge: keepsFirst},
		{ID: "resend.together", needs: []string{"resend.same"},
			Holds: "The same document over eight connections at the same time is accepted by each.",
			Why:   "A slow network can bring a resend before the first answer.", judge: sendsTogether},
		{ID: "resend.race", needs: []string{conflict, "resend.kept"}, single: true,
			Holds: "Of eight bodies under one id at the same time, one is accepted and the others are conflicts " +
				"with it.",
			Why: "Two acknowledged documents of one id mean that one is lost.", judge: races},
	}
}

func resendsSame(ctx context.Context, v *visit) finding {
	d := v.document()
	if problem, ok := v.stores(ctx, d); !ok {
		return problem
	}
	return failIfAny(v.try(ctx, good("the same again", v.put(d, "gzip"))),
		"A resend was not accepted.")
}

func knowsResend(ctx context.Context, v *visit) finding {
	r := v.put(v.document(), "gzip")
	problems := v.try(ctx, answered("the first time", r, 201))
	problems = append(problems, v.try(ctx, answered("the second time", r, 200))...)
	return failIfAny(problems, "The answers do not tell a resend from a new document.")
}

func knowsOtherCoding(ctx context.Context, v *visit) finding {
	d := v.document()
	if problem, ok := v.stores(ctx, d); !ok {
		return problem
	}
	trials := []trial{answered("gzip that is packed less", v.put(d, "stored"), 200)}
	if !v.fails("receive.zstd") {
		trials = append(trials, answered("zstd", v.put(d, "zstd"), 200))
	}
	return failIfAny(v.try(ctx, trials...), "A resend in another encoding was not recognized.")
}

// conflictWith returns the problem of an answer that should be a conflict with a stored document.
func conflictWith(stored document, a answer, err error) string {
	switch {
	case err != nil:
		return fmt.Sprintf("no answer: %v", err)
	case a.status != 409:
		return fmt.Sprintf("%v; allowed: 409", a)
	case len(a.header.Values("Stored-Digest")) == 0:
		return "409 without Stored-Digest"
	case a.header.Get("Stored-Digest") == digest(stored.body):
		return ""
	case slices.Contains([]string{digest(pack("gzip", stored.body)), digest(pack("zstd", stored.body))},
		a.header.Get("Stored-Digest")):
		return "409 with the digest of the packed body"
	}
	return fmt.Sprintf("409 with Stored-Digest %q; allowed: %q", a.header.Get("Stored-Digest"), digest(stored.body))
}

func conflicts(ctx context.Context, v *visit) finding {
	var problems []string
	for _, coding := range []string{"gzip", "stored"} {
		d := v.document()
		if problem, ok := v.stores(ctx, d); !ok {
			return problem
		}
		a, err := v.ask(ctx, v.put(v.other(d), coding))
		if problem := conflictWith(d, a, err); problem != "" {
			problems = append(problems, coding+": "+problem)
		}
	}
	return failIfAny(problems, "A conflict was not answered as it should be.")
}

func keepsFirst(ctx context.Context, v *visit) finding {
	d := v.document()
	if problem, ok := v.stores(ctx, d); !ok {
		return problem
	}
	_, _ = v.send(ctx, v.other(d))
	problems := v.try(ctx, answered("the first document again", v.put(d, "gzip"), 200))
	a, err := v.send(ctx, v.other(d))
	if problem := conflictWith(d, a, err); problem != "" {
		problems = append(problems, "a third document: "+problem)
	}
	return failIfAny(problems, "The stored document was replaced.")
}

// most is the number of connections of a race.
const most = 8

// together sends requests, each over a connection of its own: at the same time, or as soon as its
// connection is open.
func (v *visit) together(ctx context.Context, requests []request, atOnce bool) (answers []answer, problems []string) {
	answers, failed := make([]answer, len(requests)), make([]error, len(requests))
	var opening, sending sync.WaitGroup
	opening.Add(len(requests))
	for i, r := range requests {
		sending.Go(func() {
			c, err := v.dial(ctx)
			opening.Done()
			if failed[i] = err; err != nil {
				return
			}
			defer c.end()
			if atOnce {
				opening.Wait()
			}
			answers[i], failed[i] = v.over(c, r)
		})
	}
	sending.Wait()
	for i, err := range failed {
		if err != nil {
			problems = append(problems, fmt.Sprintf("connection %d: %v", i+1, err))
		}
	}
	return answers, problems
}

func sendsTogether(ctx context.Context, v *visit) finding {
	answers, problems := v.together(ctx, slices.Repeat([]request{v.put(v.document(), "gzip")}, most), true)
	for i, a := range answers {
		if a.status != 0 && !a.accepts() {
			problems = append(problems, fmt.Sprintf("connection %d: %v", i+1, a))
		}
	}
	return failIfAny(problems, "A document that came several times at once was not accepted each time.")
}

func races(ctx context.Context, v *visit) finding {
	first := v.document()
	documents, requests := []document{first}, []request{v.put(first, "gzip")}
	for len(requests) < most {
		d := v.named(first.id, usage.LastPeriod(v.now()), usualSize)
		documents, requests = append(documents, d), append(requests, v.put(d, "gzip"))
	}
	answers, problems := v.together(ctx, requests, true)
	winner, wins := 0, 0
	for i, a := range answers {
		if a.accepts() {
			winner, wins = i, wins+1
		}
	}
	if wins != 1 {
		return fail("%d of %d documents with the same id were accepted.", wins, most).with(problems...)
	}
	for i, a := range answers {
		if i == winner || a.status == 0 {
			continue
		}
		if problem := conflictWith(documents[winner], a, nil); problem != "" {
			problems = append(problems, fmt.Sprintf("connection %d: %s", i+1, problem))
		}
	}
	return failIfAny(problems, "A conflict was not answered as it should be.")
}
