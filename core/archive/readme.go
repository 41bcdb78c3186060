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
journal.jsonl      collected, sent, deferred, rejected and lost documents, and decisions: counts and reasons only
decisions.jsonl    all decisions, one a line, with pseudonyms instead of names of people
decision.json      the decision in force, with the fields that it accepts
usagedata.log      the log of the service; .1 and so on are older
configuration.txt  the configuration, with (set) in place of each value that could identify you
versions.txt       of the service, the product's profile and plugin, and the system
dictionary.md      every field that may leave the appliance, its purpose and its treatment
sent               a folder with the documents that the collection point accepted and that are kept, byte for byte
SHA256SUMS         checksums of these files: sha256sum -c SHA256SUMS checks them

`)
	for _, line := range a.missing {
		fmt.Fprintf(&out, "Missing: %s.\n", line)
	}
	if a.withheld > 0 {
		fmt.Fprintf(&out, "Lines withheld because they contained a name of this appliance or could not be read: %d.\n",
			a.withheld)
	}
	if a.parted > 0 {
		fmt.Fprintf(&out, "Documents left out because they were sent under a former identity: %d.\n", a.parted)
	}
	return strings.ReplaceAll(out.String(), "\n", "\r\n")
}
