package receiver

import (
	"bytes"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"strings"
)

func digestChecks() []Check {
	return []Check{
		{ID: "digest.wrong", Holds: "A wrong Content-Digest is refused with 400.",
			Why:   "The digest shows that a network or a proxy damaged the document; stored, it would count wrongly.",
			judge: refusesWrongDigests},
		{ID: "digest.missing", Holds: "A request without a sha-256 Content-Digest is refused with 400.",
			Why:   "Without it, an incomplete or damaged document cannot be recognized.",
			judge: refusesNoDigest},
		{ID: "digest.several", Level: recommended, Holds: "The sha-256 is found among several digests.",
			Why: "Content-Digest is a dictionary (RFC 9530), to which a later version may add.", judge: findsDigest},
	}
}

func refusesWrongDigests(ctx context.Context, v *visit) finding {
	var trials []trial
	for what, claimed := range map[string]func(document) string{
		"of another body":      func(document) string { return digest([]byte("other")) },
		"of the unpacked body": func(d document) string { return digest(d.body) },
		"that is not base64":   func(document) string { return "sha-256=:%%%:" },
		"that is cut off":      func(document) string { return "sha-256=:AAAA:" },
	} {
		d := v.document()
		trials = append(trials, answered("a digest "+what, v.put(d, "gzip").with("Content-Digest", claimed(d)), 400))
	}
	return failIfAny(v.try(ctx, trials...), "A wrong digest was not refused as it should be.")
}

func sha512Digest(body []byte) string {
	sum := sha512.Sum512(body)
	return "sha-512=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}

func refusesNoDigest(ctx context.Context, v *visit) finding {
	r := v.put(v.document(), "gzip")
	return failIfAny(v.try(ctx,
		answered("no Content-Digest", r.with("Content-Digest", ""), 400),
		answered("only sha-512", r.with("Content-Digest", sha512Digest(r.body)), 400),
	), "A missing digest was not refused as it should be.")
}

func findsDigest(ctx context.Context, v *visit) finding {
	r := v.put(v.document(), "gzip")
	several := sha512Digest(r.body) + ", " + digest(r.body)
	return failIfAny(v.try(ctx, good("sha-512, then sha-256", r.with("Content-Digest", several))),
		"A good digest was not found.")
}

func contentChecks() []Check {
	return []Check{
		{ID: "content.json", Holds: "A body that is not one JSON object is refused with 400 or 422.",
			Why: "Its appliance has to know that it is not stored as usage data.", judge: refusesNoJSON},
		{ID: "content.cut", Holds: "A packed body that is cut off, or is not packed, is refused with 400 or 422.",
			Why: "What can be unpacked of it is not the document.", judge: refusesCutPackages},
		{ID: "content.id",
			Holds: "A document with another id or product inside than in the path is refused with 400 or 422.",
			Why:   "Each id must count once, and is compared by its path.", judge: refusesOtherNames},
	}
}

// unfit are the statuses that refuse a body.
var unfit = []int{400, 422}

func refusesNoJSON(ctx context.Context, v *visit) finding {
	var trials []trial
	for what, spoil := range map[string]func(body string) string{
		"text": with("hello"), "nothing": with(""), "HTML": with("<html></html>"), "null": with("null"),
		"two documents":   func(body string) string { return body + body },
		"half a document": func(body string) string { return body[:len(body)/2] },
		"a list":          func(body string) string { return "[" + body + "]" },
		"invalid UTF-8":   func(body string) string { return strings.Replace(body, "Conformance", "\xff\xfe", 1) },
	} {
		d := v.document()
		d.body = []byte(spoil(string(d.body)))
		trials = append(trials, trial{what, v.put(d, "gzip"), unfit, false})
	}
	return failIfAny(v.try(ctx, trials...), "A body that is no document was not refused as it should be.")
}

// with returns a function that returns a text.
func with(text string) func(string) string { return func(string) string { return text } }

func refusesCutPackages(ctx context.Context, v *visit) finding {
	var trials []trial
	for _, coding := range v.codings() {
		for what, spoil := range map[string]func(packed []byte) []byte{
			"cut in the middle":       func(packed []byte) []byte { return packed[:len(packed)/2] },
			"without its last byte":   func(packed []byte) []byte { return packed[:len(packed)-1] },
			"with a wrong beginning":  func(packed []byte) []byte { return append([]byte("{"), packed...) },
			"followed by other bytes": func(packed []byte) []byte { return append(packed, "other bytes"...) },
		} {
			d := v.document()
			trials = append(trials, trial{coding + ", " + what,
				v.carry(d.product, d.id, coding, spoil(pack(coding, d.body))), unfit, false})
		}
	}
	return failIfAny(v.try(ctx, trials...), "A damaged package was not refused as it should be.")
}

// codings returns the codings that work here. The caller has receive.zstd in [Check].after.
func (v *visit) codings() []string {
	if v.fails("receive.zstd") {
		return []string{"gzip"}
	}
	return []string{"gzip", "zstd"}
}

func refusesOtherNames(ctx context.Context, v *visit) finding {
	d, other := v.document(), v.document()
	renamed := other
	renamed.body = bytes.Replace(other.body, fmt.Appendf(nil, `"id":%q,"name"`, v.Product),
		[]byte(`"id":"another","name"`), 1)
	swapped := d
	swapped.body = other.body
	return failIfAny(v.try(ctx,
		trial{"another id", v.put(swapped, "gzip"), unfit, false},
		trial{"another product", v.put(renamed, "gzip"), unfit, false},
	), "A document was not refused under a name that is not its own.")
}
