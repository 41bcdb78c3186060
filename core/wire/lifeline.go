package wire

// The lifeline is a pipe of which only the host has the writing end. It closes with the host, however that ends, so
// that a plugin which reads from it knows at once that nobody waits for it any more. Nothing is ever written to it.
//
// The host announces in the plugin's environment that standard input is the reading end: USAGEDATA_LIFELINE=stdin. A
// plugin of this repository's SDK then ends with its standard input. One that does not look is none the worse: the
// kernel ends it too, as far as it can be told to. And a plugin whose host announces nothing does not watch, for its
// standard input may be at its end from the start.
const (
	Lifeline      = "USAGEDATA_LIFELINE"
	LifelineStdin = "stdin"
)
