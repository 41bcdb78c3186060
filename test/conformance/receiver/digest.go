package receiver

import (
	"bytes"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
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
	d := v.document()
	r := v.put(d, "gzip")
	return failIfAny(v.try(ctx,
		trial{"the digest of another body", r.with("Content-Digest", digest([]byte("other"))), []int{400}, false},
		trial{"the digest of the unpacked body", r.with("Content-Digest", digest(d.body)), []int{400}, false},
		trial{"a digest that is not base64", r.with("Content-Digest", "sha-256=:%%%:"), []int{400}, false},
		trial{"a digest that is cut off", r.with("Content-Digest", "sha-256=:AAAA:"), []int{400}, false},
	), "A wrong digest was not refused as it should be.")
}

func sha512Digest(body []byte) string {
	sum := sha512.Sum512(body)
	return "sha-512=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}

func refusesNoDigest(ctx context.Context, v *visit) finding {
	r := v.put(v.document(), "gzip")
	return failIfAny(v.try(ctx,
		trial{"no Content-Digest", r.with("Content-Digest", ""), []int{400}, false},
		trial{"only sha-512", r.with("Content-Digest", sha512Digest(r.body)), []int{400}, false},
	), "A missing digest was not refused as it should be.")
}

func findsDigest(ctx context.Context, v *visit) finding {
	r := v.put(v.document(), "gzip")
	several := sha512Digest(r.body) + ", " + digest(r.body)
	return failIfAny(v.try(ctx, trial{"sha-512, then sha-256", r.with("Content-Digest", several), accepted, false}),
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
	d := v.document()
	var trials []trial
	for what, body := range map[string]string{"text": "hello", "nothing": "", "HTML": "<html></html>",
		"two documents": string(d.body) + string(d.body), "half a document": string(d.body[:len(d.body)/2]),
		"a list": "[" + string(d.body) + "]", "null": "null",
		"invalid UTF-8": string(bytes.Replace(d.body, []byte("Conformance"), []byte("\xff\xfe"), 1))} {
		trials = append(trials, trial{what, v.carry(d.product, d.id, "gzip", pack("gzip", []byte(body))), unfit, false})
	}
	return failIfAny(v.try(ctx, trials...), "A body that is no document was not refused as it should be.")
}

func refusesCutPackages(ctx context.Context, v *visit) finding {
	d := v.document()
	var trials []trial
	for _, coding := range v.codings() {
		packed := pack(coding, d.body)
		for what, body := range map[string][]byte{"cut in the middle": packed[:len(packed)/2],
			"without its last byte": packed[:len(packed)-1], "not packed": d.body,
			"followed by other bytes": append(bytes.Clone(packed), "other bytes"...)} {
			trials = append(trials, trial{coding + ", " + what, v.carry(d.product, d.id, coding, body), unfit, false})
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
