package wire

// The lifeline is a pipe of which only the host has the writing end. It closes when the host ends
// for any reason, so that a plugin that reads from it knows at once that no host waits for it any
// more. Nothing is ever written to it.
//
// The host announces in the plugin's environment that standard input is the reading end:
// USAGEDATA_LIFELINE=stdin. A plugin of this repository's SDK then exits when standard input ends.
// If a plugin does not watch it, the kernel still ends the plugin if it can. And if the host
// announces nothing, a plugin does not watch standard input, which may be at its end from the
// start.
const (
	Lifeline      = "USAGEDATA_LIFELINE"
	LifelineStdin = "stdin"
)
