package archive

import (
	"fmt"
	"strings"
)

// readme returns the text that describes each file and lists the missing ones. Its lines end in
// CRLF, which old versions of Notepad need.
func (a *writer) readme() string {
	var out strings.Builder
	out.WriteString(`The log archive of the usage data service.

analytics.json     the document that the collection point accepted last, byte for byte, before compression
journal.jsonl      what was collected, sent, deferred, rejected, lost and decided: one line each, counts and reasons only
decisions.jsonl    all decisions, one a line; people are named by pseudonyms here
decision.json      the decision in force, with what of the profile it accepts
usagedata.log      the log of the service; .1 and so on are older
configuration.txt  what is configured: values where they name nothing, and (set) for the others
versions.txt       of the service, the product's profile and plugin, and the system
dictionary.md      what may leave the appliance: every field, why, and how it is treated
SHA256SUMS         checksums of all of these: sha256sum -c SHA256SUMS

`)
	for _, line := range a.missing {
		fmt.Fprintf(&out, "Not here: %s.\n", line)
	}
	if a.withheld > 0 {
		fmt.Fprintf(&out, "%d lines were withheld, because each held a name of this appliance or could not be read.\n",
			a.withheld)
	}
	return strings.ReplaceAll(out.String(), "\n", "\r\n")
}
