package shelf

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"polycom.com/usagedata/core/wire/pluginpb"
)

// flooded is the size of a flood.
const flooded = 64 << 20

// inItsOutput returns plugins that write to the wrong place, or too much.
func inItsOutput() []Plugin {
	const tooMany, unheard = "logged too many lines", "printed to standard output, which is discarded"
	piece := strings.Repeat("x", 1<<16)
	return []Plugin{
		breaks("messageone", `writes {"@message":1} to standard error`, "logs.lines", meanwhile(func() {
			fmt.Fprintln(stderr, `{"@message":1}`)
			fmt.Fprintln(stderr, `{"@level":7}`)
		})).host(Whole, "").quick(),
		breaks("floodserr", "floods standard error with 64 MB of lines", "logs.few", meanwhile(func() {
			pour(stderr, strings.Repeat(strings.Repeat("x", 200)+"\n", 300))
		})).host(Whole, tooMany).alone(),
		breaks("floodsline", "floods standard error with one line of 64 MB", "logs.few",
			meanwhile(func() { pour(stderr, piece); fmt.Fprintln(stderr) })).host(Whole, tooMany).alone(),
		breaks("floodslater", "floods standard output with 64 MB without a newline, after its handshake", "logs.stdout",
			meanwhile(func() { pour(stdout, piece) })).host(Whole, unheard).alone(),
		breaks("floodsstdio", "floods go-plugin's own stream of standard output with 64 MB", "logs.stdout",
			meanwhile(func() { pour(os.Stdout, piece) })).host(Whole, unheard).alone(),
		breaks("prints", "prints on standard output what it does", "logs.stdout",
			meanwhile(func() { fmt.Fprintln(stdout, "collecting") })).
			host(Whole, ""),
		breaks("talks", "logs 300 lines", "logs.few", meanwhile(func() {
			for range 300 {
				say("debug", "still reading")
			}
		})).
			host(Whole, tooMany),
		breaks("laments", "logs 300 lines where a file is missing", "logs.few",
			doing(func(o *opened, all []*pluginpb.Category) {
				if reasoned(0, "source_not_found")(o, all) {
					for range 300 {
						say("warn", "still missing")
					}
				}
			})),
		breaks("elaborate", "logs a line of 5,000 characters", "logs.few",
			meanwhile(func() { say("info", strings.Repeat("well ", 1000)) })),
		breaks("forgesstack", "writes a stack that is made of names", "logs.lines", meanwhile(func() {
			fmt.Fprintf(stderr, "goroutine 1 [running]:\nmain.%s(0x1)\n\t/srv/%s.go:17 +0x1d\n", Name, Name)
		})).host(Whole, "its stack is withheld").quick(),
		breaks("alarms", "logs an error where nothing is wrong", "logs.calm",
			meanwhile(func() { say("error", "all is well") })),
		breaks("alarmsloudly", "logs an error where nothing is wrong, with its level in capitals", "logs.calm",
			meanwhile(func() { say("ERROR", "all is well") })),
		breaks("ownlevel", "logs a line of level fatal, which hclog does not have", "logs.lines",
			meanwhile(func() { say("fatal", "all is well") })).host(Whole, ""),
	}
}

// say logs a line as hclog does; encoding strings always succeeds.
func say(level, message string) {
	line, _ := json.Marshal(map[string]string{"@level": level, "@message": message, "@module": "broken"})
	fmt.Fprintln(stderr, string(line))
}

// couldNot begins a plugin's own message, which the host's log shows scrubbed.
const couldNot = "could not"

// complain logs the action that a plugin was prevented from.
func complain(what string, err error) {
	line, _ := json.Marshal(map[string]string{"@level": "warn", "@message": couldNot + " " + what,
		"error": fmt.Sprint(err)})
	fmt.Fprintln(stderr, string(line))
}

// flood writes the text repeatedly, until it is killed or the time is over.
func flood(to *os.File, text string, limit time.Duration) {
	for until := time.Now().Add(limit); time.Now().Before(until); {
		if _, err := to.WriteString(text); err != nil {
			return
		}
	}
}

// pour writes [flooded] bytes, in pieces of the text.
func pour(to *os.File, text string) {
	for written := 0; written < flooded; written += len(text) {
		if _, err := to.WriteString(text); err != nil {
			return
		}
	}
}
