package receiver

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"polycom.com/usagedata/core/usage"
)

func sizesChecks() []Check {
	return []Check{
		{ID: "sizes.largest", Serves: []string{"COLL-1", "SEND-4"},
			Holds: "A document of 99,999 bytes is accepted, also if packing does not make it smaller.",
			Why:   "It is the largest that an appliance makes.", judge: acceptsLargest},
		{ID: "sizes.announced", Serves: []string{"COLL-3"},
			Holds: "A Content-Length far above the limit is refused with 413 before the body has come.",
			Why:   "A body that is read to its end costs what its sender chooses.", judge: refusesAnnounced},
		{ID: "sizes.sent", Serves: []string{"COLL-3"}, Holds: "A body far above the limit is refused with 413.",
			Why:   "No appliance sends it, and a store that takes it can be filled by anyone.",
			judge: refusesSent},
		{ID: "sizes.unpacked", Serves: []string{"COLL-3"}, after: []string{"receive.zstd"},
			Holds: "A small body that is far above the limit when it is unpacked is refused with 413.",
			Why:   "A body of 100 KB can unpack to gigabytes: unpacking must stop at the limit.", judge: refusesBombs},
	}
}

const largest = 99_999

func acceptsLargest(ctx context.Context, v *visit) finding {
	var trials []trial
	for _, coding := range []string{"gzip", "stored"} {
		trials = append(trials, good(coding, v.put(v.about(usage.LastPeriod(v.now()), largest), coding)))
	}
	return failIfAny(v.try(ctx, trials...), "The largest document was not accepted.")
}

// farAbove is twenty times as much as an appliance sends.
const farAbove = 2_000_000

func refusesAnnounced(ctx context.Context, v *visit) finding {
	r := v.put(v.document(), "gzip").with("Content-Length", "100000000")
	return failIfAny(v.try(ctx, answered("100,000,000 bytes", r, 413)),
		"The length was not refused as it should be.")
}

func refusesSent(ctx context.Context, v *visit) finding {
	d := v.about(usage.LastPeriod(v.now()), farAbove)
	return failIfAny(v.try(ctx, answered(fmt.Sprintf("%d bytes", farAbove), v.put(d, "stored"), 413)),
		"The body was not refused as it should be.")
}

func refusesBombs(ctx context.Context, v *visit) finding {
	d := v.document()
	spaced := append(bytes.Repeat([]byte(" "), farAbove), d.body...)
	var trials []trial
	for _, coding := range v.codings() {
		bomb := gzipBomb
		if coding == "zstd" {
			bomb = zstdBomb
		}
		trials = append(trials,
			answered(fmt.Sprintf("%s of %d bytes", coding, len(spaced)),
				v.carry(d.product, d.id, coding, pack(coding, spaced)), 413),
			answered(coding+" bomb", v.carry(d.product, d.id, coding, bomb()), 413))
	}
	return failIfAny(v.try(ctx, trials...), "A body was not refused by its unpacked size.")
}

func idsChecks() []Check {
	return []Check{
		{ID: "ids.pattern", Serves: []string{"COLL-1", "COLL-4"},
			Holds: "A path whose id has another form is refused with a final 4xx.",
			Why:   "Ids become names of files or objects, and the period in them decides where a document is kept.",
			judge: refusesIDs},
		{ID: "ids.product", Serves: []string{"COLL-1"},
			Holds: "An id of another product than that of the path is refused with a final 4xx.",
			Why:   "It would count for a product that did not send it.", judge: refusesProducts},
		{ID: "ids.traversal", Serves: []string{"COLL-4"},
			Holds: "A path that leaves its folder is not accepted, and no error of the server.",
			Why:   "It could read or replace other files of the collection point.", judge: refusesTraversal},
	}
}

// none are statuses other than an acceptance or a failure of the server.
var none = []int{301, 302, 307, 308, 400, 403, 404, 405, 411, 414, 415, 422, 431, 501, 505}

func refusesIDs(ctx context.Context, v *visit) finding {
	good := v.document().id
	token := good[strings.LastIndex(good, "-")+1:]
	hour := strings.Split(good, "-")[1]
	var trials []trial
	for what, id := range map[string]string{
		"capitals":           v.Product + "-" + hour + "-" + strings.ToUpper(token),
		"a letter too few":   good[:len(good)-1],
		"a letter too much":  good + "a",
		"a letter of no id":  good[:len(good)-1] + "i",
		"200 letters":        v.Product + "-" + hour + "-" + strings.Repeat("a", 200),
		"no period":          v.Product + "-" + token,
		"no hour":            v.Product + "-" + strings.Replace(hour, "00Z", "30Z", 1) + "-" + token,
		"no such month":      v.Product + "-20261301T0000Z-" + token,
		"no product":         hour + "-" + token,
		"a hidden file":      "." + good,
		"an ending":          good + ".json",
		"a slash at the end": good + "/",
		"nothing":            "",
	} {
		d := v.named(id, usage.LastPeriod(v.now()), usualSize) // its own id is the same, so that only the form is wrong
		trials = append(trials, trial{what, v.put(d, "gzip"), nil, false})
	}
	return failIfAny(v.try(ctx, trials...), "An id was not refused as it should be.")
}

func refusesProducts(ctx context.Context, v *visit) finding {
	var trials []trial
	for _, product := range []string{"another", strings.ToUpper(v.Product), ""} {
		d := v.document()
		d.product = product
		trials = append(trials, trial{fmt.Sprintf("the product %q", product), v.put(d, "gzip"), nil, false})
	}
	return failIfAny(v.try(ctx, trials...), "An id was not refused under another product.")
}

func refusesTraversal(ctx context.Context, v *visit) finding {
	var trials []trial
	for _, path := range []string{
		"/v1/usage/PRODUCT/..%2fID", "/v1/usage/PRODUCT/%2e%2e/ID", "/v1/usage/PRODUCT%2fID",
		"/v1/usage/PRODUCT/../../ID",
		"/v1/usage/x/../PRODUCT/ID", "/v1/usage/../ID", "/v1/usage/PRODUCT/..", "/v1/usage/PRODUCT/%2e%2e",
		"/v1/usage/PRODUCT/ID%00", `/v1/usage/PRODUCT/..\ID`, "/v1/usage/PRODUCT/ID/../x",
		"/v1/usage/PRODUCT/%zzID", "../ID",
		"*",
	} {
		d := v.document()
		whole := strings.NewReplacer("PRODUCT", d.product, "ID", d.id).Replace(path)
		trials = append(trials, trial{path, v.put(d, "gzip").to("PUT", whole), none, true})
	}
	return failIfAny(v.try(ctx, trials...), "A path was not refused as it should be.")
}

func periodsChecks() []Check {
	return []Check{
		{ID: "periods.late", Holds: "A document about a period 44 days ago is accepted.",
			Why:   "A site without a way out keeps its documents for 45 days.",
			judge: period(-44*24*time.Hour, accepted)},
		{ID: "periods.ahead", Holds: "A document about a period 22 hours ahead is accepted.",
			Why: "An appliance whose clock is fast has no other document.", judge: period(22*time.Hour, accepted)},
		{ID: "periods.future",
			Holds: "A document about a period far ahead is accepted, or waits; it is not refused finally.",
			Why:   "A final refusal loses the documents of an appliance whose clock is wrong.",
			judge: farAhead},
		{ID: "periods.old", Level: recommended,
			Holds: "A document about a period 46 days ago is accepted or finally refused.",
			Why:   "An answer that lets it wait brings it again each hour.", judge: tooOld},
	}
}

// periodAt returns the period that began so long after now.
func (v *visit) periodAt(after time.Duration) usage.Period {
	return usage.PeriodFrom(v.now().UTC().Truncate(time.Hour).Add(after))
}

func period(after time.Duration, want []int) func(context.Context, *visit) finding {
	return func(ctx context.Context, v *visit) finding {
		r := v.put(v.about(v.periodAt(after), usualSize), "gzip")
		return failIfAny(v.try(ctx, trial{"a good document", r, want, false}), "The document was not accepted.")
	}
}

func farAhead(ctx context.Context, v *visit) finding {
	a, err := v.send(ctx, v.about(v.periodAt(10*24*time.Hour), usualSize))
	switch {
	case err != nil:
		return fail("There was no answer.").with(err.Error())
	case a.final() || a.status == 409:
		return fail("The document was refused.").with(a.String())
	case a.waits() && a.header.Get("Retry-After") == "":
		return fail("The document waits, and no Retry-After says for how long.").with(a.String())
	case a.waits():
		return pass("The answer is %d, with Retry-After %s.", a.status, a.header.Get("Retry-After"))
	}
	return pass("The answer is %d.", a.status)
}

func tooOld(ctx context.Context, v *visit) finding {
	a, err := v.send(ctx, v.about(v.periodAt(-46*24*time.Hour), usualSize))
	switch {
	case err != nil:
		return fail("There was no answer.").with(err.Error())
	case !a.accepts() && !a.final():
		return fail("The document would be sent again.").with(a.String())
	}
	return pass("The answer is %d.", a.status)
}
