package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/dictionary"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// ask shows the data that is collected, or the fields that a newer profile adds to those accepted,
// and takes only a clear Update for a yes (CONS-5).
func ask(p profile.Profile, former consent.Decision, std streams) error {
	fmt.Fprintf(std.out, "%s\n\n", p.Setting.Label)
	if pending := former.Pending(p); len(pending) > 0 {
		tellPending(std.out, p, pending)
	} else {
		tellCategories(std.out, p)
	}
	fmt.Fprint(std.out, "Update or Cancel? ")
	answer, _ := bufio.NewReader(std.in).ReadString('\n')
	if strings.EqualFold(strings.TrimSpace(answer), "update") {
		return nil
	}
	return exit{usage.WithHint(errors.New("cancelled: the decision stays as it is"),
		"type the word Update, or use --yes in scripts"), exitNotAllowed}
}

func tellCategories(out io.Writer, p profile.Profile) {
	fmt.Fprintf(out, "Once an hour %s would send to its vendor, made anonymous where it identifies you:\n\n", p.Name)
	for _, c := range p.Categories {
		fmt.Fprintf(out, "  %-28s %s\n", c.Name, c.Doc)
	}
	fmt.Fprintf(out,
		"\nIt is never sent around the hour, less than %d bytes an hour, and the choice affects no feature of the product.\n"+
			"Serial numbers and licence information are sent as they are. All documents of this system can be put side by side "+
			"by its pseudonym\n"+
			"for as long as its key is the same: until the identity is renewed or sending is denied. `usagedata preview` shows "+
			"the document.\n", p.Limits.Hour)
	writePolicy(out, p)
	fmt.Fprintln(out)
}

// writePolicy writes the address of the vendor's privacy policy if the profile has one.
func writePolicy(out io.Writer, p profile.Profile) {
	if p.PrivacyPolicy != "" {
		fmt.Fprintf(out, "The vendor collects and uses this data in accordance with its privacy policy: %s\n",
			p.PrivacyPolicy)
	}
}

func tellPending(out io.Writer, p profile.Profile, pending []profile.Place) {
	fmt.Fprintf(out,
		"Profile %d of %s adds to what you have accepted. Until you accept it, it stays unsent, and the rest goes on:\n\n",
		p.Version, p.Name)
	for _, at := range pending {
		fmt.Fprintf(out, "  %s.%s (%s: %s)\n      %s\n      %s\n", at.Category, at.Path, at.Field.Kind,
			dictionary.Treatment(at.Field), at.Field.Doc, at.Field.Why)
	}
	fmt.Fprint(out,
		"\nCancel leaves the decision as it is: sending goes on without these. `usagedata preview --accepting` shows the "+
			"document with them.\n")
	writePolicy(out, p)
	fmt.Fprintln(out)
}
