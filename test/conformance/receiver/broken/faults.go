package broken

// fault is a collection point that breaks one rule.
type fault struct {
	name  string
	wrong string   // what it does, as a phrase
	check string   // that must fail; none for the sound one
	only  []string // the checks that are tried, if all would take too long
}

// sound is the name of the collection point without a fault.
const sound = "sound"

// faults returns the sound collection point, and each fault.
func faults() []fault {
	return []fault{
		{name: sound, wrong: "nothing"},
		{name: "misnamed", wrong: "has a certificate for another host", check: "tls.certificate"},
		{name: "expired", wrong: "has a certificate that expired yesterday", check: "tls.certificate"},
		{name: "onlytwelve", wrong: "offers TLS 1.2 only", check: "tls.thirteen"},
		{name: "onlythirteen", wrong: "offers TLS 1.3 only", check: "tls.twelve"},
		{name: "oldtls", wrong: "takes TLS 1.0", check: "tls.old"},
		{name: "ticketless", wrong: "has no sessions", check: "tls.resumed"},
		{name: "soonexpired", wrong: "has a certificate for three days more", check: "tls.expiry"},
		{name: "asksandrefuses", wrong: "answers 403 to a client without a certificate", check: "tls.anonymous"},
		{name: "defers", wrong: "answers 202", check: "receive.accepts"},
		{name: "nozstd", wrong: "cannot unpack zstd", check: "receive.zstd"},
		{name: "onlypacked", wrong: "refuses a plain body", check: "receive.plain"},
		{name: "onemember", wrong: "reads only the first gzip member", check: "receive.members"},
		{name: "anycoding", wrong: "takes an unknown encoding for none", check: "receive.unknown"},
		{name: "forstrangers", wrong: "refuses the appliances' sender", check: "receive.sender"},
		{name: "dawdles", wrong: "answers after more than three seconds", check: "receive.soon",
			only: []string{"receive.soon", "receive.accepts", "receive.plain"}},
		{name: "believes", wrong: "does not compare the digest", check: "digest.wrong"},
		{name: "needsnodigest", wrong: "takes a document without a digest", check: "digest.missing"},
		{name: "onedigest", wrong: "takes one digest only", check: "digest.several"},
		{name: "anytext", wrong: "stores what is no JSON", check: "content.json"},
		{name: "takescut", wrong: "accepts a packed body that is cut off", check: "content.cut"},
		{name: "anyname", wrong: "does not compare the id inside", check: "content.id"},
		{name: "refusessame", wrong: "answers 409 to a resend", check: "resend.same"},
		{name: "forgets", wrong: "answers 201 to a resend", check: "resend.known"},
		{name: "comparespacked", wrong: "compares packed bodies", check: "resend.coding"},
		{name: "acceptsothers", wrong: "accepts another body under an id", check: "resend.conflict"},
		{name: "nodigest", wrong: "answers 409 without Stored-Digest", check: "resend.conflict"},
		{name: "packeddigest", wrong: "answers 409 with the digest of the packed body", check: "resend.conflict"},
		{name: "replaces", wrong: "answers 409, and stores the other body", check: "resend.kept"},
		{name: "busy", wrong: "answers 500 while it stores the same", check: "resend.together"},
		{name: "racy", wrong: "accepts two bodies at the same time", check: "resend.race"},
		{name: "takeshalves", wrong: "stores half a document", check: "cut.half"},
		{name: "confuses", wrong: "stores nothing for a client that left, and takes its id", check: "cut.unread"},
		{name: "impatient", wrong: "waits a third of a second for a body", check: "slow.pieces"},
		{name: "waitsforclients", wrong: "waits for ever for the first byte", check: "slow.connection"},
		{name: "waitsforhandshakes", wrong: "waits for ever for a handshake", check: "slow.handshake"},
		{name: "waitsforstart", wrong: "waits for ever for the first request", check: "slow.start"},
		{name: "waitsforheaders", wrong: "waits for ever for headers", check: "slow.headers"},
		{name: "waitsforbodies", wrong: "waits for ever for a body", check: "slow.body"},
		{name: "waitsforrequests", wrong: "waits for ever for a second request", check: "slow.idle"},
		{name: "small", wrong: "refuses more than 64 KB", check: "sizes.largest"},
		{name: "readsall", wrong: "reads a large body to its end", check: "sizes.announced"},
		{name: "says400", wrong: "answers 400 to a large body", check: "sizes.sent"},
		{name: "unpacks", wrong: "unpacks 4 MB", check: "sizes.unpacked"},
		{name: "anyid", wrong: "takes an id of any form", check: "ids.pattern"},
		{name: "anyproduct", wrong: "takes an id under any product", check: "ids.product"},
		{name: "cleans", wrong: "decodes and cleans the path first", check: "ids.traversal"},
		{name: "onlytoday", wrong: "refuses a document of last week", check: "periods.late"},
		{name: "nofuture", wrong: "refuses a period of tomorrow", check: "periods.ahead"},
		{name: "losesfast", wrong: "refuses a period far ahead for ever", check: "periods.future"},
		{name: "noretry", wrong: "answers 503 without Retry-After", check: "periods.future"},
		{name: "delaysold", wrong: "lets a document of 46 days ago wait", check: "periods.old"},
		{name: "reads", wrong: "answers GET with 200", check: "access.read"},
		{name: "tellsstored", wrong: "answers GET of a stored document with another status", check: "access.read"},
		{name: "deletes", wrong: "answers DELETE with 204", check: "access.methods"},
		{name: "lists", wrong: "lists a folder", check: "access.list"},
		{name: "servesmetrics", wrong: "shows its metrics", check: "access.inner"},
		{name: "closeseach", wrong: "closes after each answer", check: "http.keepalive"},
		{name: "lingers", wrong: "closes late", check: "http.close"},
		{name: "chunks", wrong: "takes a chunked body", check: "http.length"},
		{name: "smuggles", wrong: "reads on after a request with two lengths", check: "http.framing"},
		{name: "resets", wrong: "ends the connection if bytes follow a document", check: "http.pipelined"},
		{name: "talksplain", wrong: "answers 200 without TLS", check: "http.garbage"},
		{name: "readsfloods", wrong: "reads 64 MB of headers", check: "http.flood"},
		{name: "wordy", wrong: "answers with 4 KB of headers", check: "answers.head"},
		{name: "undated", wrong: "answers without a date", check: "answers.date"},
		{name: "stopped", wrong: "has a clock that stands still", check: "answers.date"},
		{name: "talkative", wrong: "answers with a path of its machine", check: "answers.quiet"},
		{name: "boasts", wrong: "names its version", check: "answers.quiet"},
		{name: "fewplaces", wrong: "has places for 30 silent connections", check: "load.idle"},
		{name: "crowded", wrong: "refuses documents that come with 24 others", check: "load.many"},
		{name: "longchain", wrong: "has a chain of 20 certificates", check: "cost.exchange"},
	}
}
