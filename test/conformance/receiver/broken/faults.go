package broken

// Fault is a collection point that breaks one rule.
type Fault struct {
	Name  string
	Wrong string   // what it does, as a phrase
	Check string   // that must fail; none for the sound one
	only  []string // the checks that are tried, if all would take too long
}

// Sound is the name of the collection point without a fault.
const Sound = "sound"

// Faults returns the sound collection point, and each fault.
func Faults() []Fault {
	return []Fault{
		{Name: Sound, Wrong: "nothing"},
		{Name: "misnamed", Wrong: "has a certificate for another host", Check: "tls.certificate"},
		{Name: "expired", Wrong: "has a certificate that expired yesterday", Check: "tls.certificate"},
		{Name: "onlytwelve", Wrong: "offers TLS 1.2 only", Check: "tls.thirteen"},
		{Name: "onlythirteen", Wrong: "offers TLS 1.3 only", Check: "tls.twelve"},
		{Name: "oldtls", Wrong: "takes TLS 1.0", Check: "tls.old"},
		{Name: "ticketless", Wrong: "has no sessions", Check: "tls.resumed"},
		{Name: "soonexpired", Wrong: "has a certificate for three days more", Check: "tls.expiry"},
		{Name: "asksandrefuses", Wrong: "answers 403 to a client without a certificate", Check: "tls.anonymous"},
		{Name: "defers", Wrong: "answers 202", Check: "receive.accepts"},
		{Name: "nozstd", Wrong: "cannot unpack zstd", Check: "receive.zstd"},
		{Name: "onlypacked", Wrong: "refuses a plain body", Check: "receive.plain"},
		{Name: "onemember", Wrong: "reads only the first gzip member", Check: "receive.members"},
		{Name: "anycoding", Wrong: "takes an unknown encoding for none", Check: "receive.unknown"},
		{Name: "forstrangers", Wrong: "refuses the appliances' sender", Check: "receive.sender"},
		{Name: "dawdles", Wrong: "answers after more than three seconds", Check: "receive.soon",
			only: []string{"receive.soon", "receive.accepts", "receive.plain"}},
		{Name: "believes", Wrong: "does not compare the digest", Check: "digest.wrong"},
		{Name: "needsnodigest", Wrong: "takes a document without a digest", Check: "digest.missing"},
		{Name: "onedigest", Wrong: "takes one digest only", Check: "digest.several"},
		{Name: "anytext", Wrong: "stores what is no JSON", Check: "content.json"},
		{Name: "takescut", Wrong: "accepts a packed body that is cut off", Check: "content.cut"},
		{Name: "anyname", Wrong: "does not compare the id inside", Check: "content.id"},
		{Name: "refusessame", Wrong: "answers 409 to a resend", Check: "resend.same"},
		{Name: "forgets", Wrong: "answers 201 to a resend", Check: "resend.known"},
		{Name: "comparespacked", Wrong: "compares packed bodies", Check: "resend.coding"},
		{Name: "acceptsothers", Wrong: "accepts another body under an id", Check: "resend.conflict"},
		{Name: "nodigest", Wrong: "answers 409 without Stored-Digest", Check: "resend.conflict"},
		{Name: "packeddigest", Wrong: "answers 409 with the digest of the packed body", Check: "resend.conflict"},
		{Name: "replaces", Wrong: "answers 409, and stores the other body", Check: "resend.kept"},
		{Name: "busy", Wrong: "answers 500 while it stores the same", Check: "resend.together"},
		{Name: "racy", Wrong: "accepts two bodies at the same time", Check: "resend.race"},
		{Name: "takeshalves", Wrong: "stores half a document", Check: "cut.half"},
		{Name: "confuses", Wrong: "stores nothing for a client that left, and takes its id", Check: "cut.unread"},
		{Name: "impatient", Wrong: "waits a third of a second for a body", Check: "slow.pieces"},
		{Name: "waitsforclients", Wrong: "waits for ever for the first byte", Check: "slow.connection"},
		{Name: "waitsforhandshakes", Wrong: "waits for ever for a handshake", Check: "slow.handshake"},
		{Name: "waitsforstart", Wrong: "waits for ever for the first request", Check: "slow.start"},
		{Name: "waitsforheaders", Wrong: "waits for ever for headers", Check: "slow.headers"},
		{Name: "waitsforbodies", Wrong: "waits for ever for a body", Check: "slow.body"},
		{Name: "waitsforrequests", Wrong: "waits for ever for a second request", Check: "slow.idle"},
		{Name: "small", Wrong: "refuses more than 64 KB", Check: "sizes.largest"},
		{Name: "readsall", Wrong: "reads a large body to its end", Check: "sizes.announced"},
		{Name: "says400", Wrong: "answers 400 to a large body", Check: "sizes.sent"},
		{Name: "unpacks", Wrong: "unpacks 4 MB", Check: "sizes.unpacked"},
		{Name: "anyid", Wrong: "takes an id of any form", Check: "ids.pattern"},
		{Name: "anyproduct", Wrong: "takes an id under any product", Check: "ids.product"},
		{Name: "cleans", Wrong: "decodes and cleans the path first", Check: "ids.traversal"},
		{Name: "onlytoday", Wrong: "refuses a document of last week", Check: "periods.late"},
		{Name: "nofuture", Wrong: "refuses a period of tomorrow", Check: "periods.ahead"},
		{Name: "losesfast", Wrong: "refuses a period far ahead for ever", Check: "periods.future"},
		{Name: "noretry", Wrong: "answers 503 without Retry-After", Check: "periods.future"},
		{Name: "delaysold", Wrong: "lets a document of 46 days ago wait", Check: "periods.old"},
		{Name: "reads", Wrong: "answers GET with 200", Check: "access.read"},
		{Name: "tellsstored", Wrong: "answers GET of a stored document with another status", Check: "access.read"},
		{Name: "deletes", Wrong: "answers DELETE with 204", Check: "access.methods"},
		{Name: "lists", Wrong: "lists a folder", Check: "access.list"},
		{Name: "servesmetrics", Wrong: "shows its metrics", Check: "access.inner"},
		{Name: "closeseach", Wrong: "closes after each answer", Check: "http.keepalive"},
		{Name: "lingers", Wrong: "closes late", Check: "http.close"},
		{Name: "chunks", Wrong: "takes a chunked body", Check: "http.length"},
		{Name: "smuggles", Wrong: "reads on after a request with two lengths", Check: "http.framing"},
		{Name: "resets", Wrong: "ends the connection if bytes follow a document", Check: "http.pipelined"},
		{Name: "talksplain", Wrong: "answers 200 without TLS", Check: "http.garbage"},
		{Name: "readsfloods", Wrong: "reads 64 MB of headers", Check: "http.flood"},
		{Name: "wordy", Wrong: "answers with 4 KB of headers", Check: "answers.head"},
		{Name: "undated", Wrong: "answers without a date", Check: "answers.date"},
		{Name: "stopped", Wrong: "has a clock that stands still", Check: "answers.date"},
		{Name: "talkative", Wrong: "answers with a path of its machine", Check: "answers.quiet"},
		{Name: "boasts", Wrong: "names its version", Check: "answers.quiet"},
		{Name: "fewplaces", Wrong: "has places for 30 silent connections", Check: "load.idle"},
		{Name: "crowded", Wrong: "refuses documents that come with 24 others", Check: "load.many"},
		{Name: "longchain", Wrong: "has a chain of 20 certificates", Check: "cost.exchange"},
	}
}
