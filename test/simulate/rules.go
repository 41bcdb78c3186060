package simulate

// rule is a rule that the service must keep: the id of the promise, and the part of it that is
// checked here.
type rule string

const (
	onlyOnce   rule = "SEND-1 a period is sent once, as the same bytes"
	hourly     rule = "SEND-1 an undisturbed hour sends its document"
	tidy       rule = "SEND-2 no connection is open between two cycles"
	aroundHour rule = "SEND-3 no byte from five minutes before the hour to five after"
	sparing    rule = "SEND-4 fewer than 100,000 bytes in a clock hour"
	willing    rule = "CONS-2 no byte without consent"
	bound      rule = "CONS-2 an upload ends with the decision that it began under"
	prompt     rule = "CONS-2 a second after a denial nothing waits"
	steady     rule = "CONS-2 a decision that was confirmed lasts"
	honest     rule = "CONS-2 a decision that failed has changed nothing"
	careful    rule = "CONS-3 only a denial takes away what waits, or the key"
	recorded   rule = "VIEW-1 what becomes of a document is recorded first"
	truthful   rule = "VIEW-1 the journal says what happened"
	patient    rule = "SEND-5 no upload before the time that Retry-After asks for"
	lasting    rule = "VIEW-1 the journal lasts"
	visible    rule = "VIEW-1 analytics.json is the document accepted last"
	lookedBack rule = "VIEW-1 the history has the document accepted last"
	safe       rule = "SEND-1 no crash loses a document, or brings one back"
)
