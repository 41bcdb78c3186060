package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/dictionary"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// ask shows the data that d allows to be collected, or the fields that a newer profile adds to those
// accepted, and takes only a clear Update for a yes (CONS-5).
func ask(p profile.Profile, former, d consent.Decision, std streams) error {
	fmt.Fprintf(std.out, "%s\n\n", p.Setting.Label)
	pending := former.Pending(p)
	if len(pending) > 0 && slices.Equal(former.LeavesOut(p), d.LeavesOut(p)) {
		showPending(std.out, p, pending)
	} else {
		showCategories(std.out, p, d)
	}
	fmt.Fprint(std.out, "Update or Cancel? ")
	answer, _ := bufio.NewReader(std.in).ReadString('\n')
	if strings.EqualFold(strings.TrimSpace(answer), "update") {
		return nil
	}
	return exit{usage.WithHint(errors.New("canceled: the decision is unchanged"),
		"type the word Update, or use --yes in scripts"), exitNotAllowed}
}

func showCategories(out io.Writer, p profile.Profile, d consent.Decision) {
	point := p.CollectionPoint
	fmt.Fprintf(out, "%s\n\n", wrapped(fmt.Sprintf("Once an hour %s sends one document to its vendor, at %s, port "+
		"%d, over a verified TLS connection. Values that identify you are made anonymous first. The document contains:",
		p.Name, point.Host, point.Port), ""))
	var categories table
	for _, c := range p.LeavingOut(d.LeftOut).Categories {
		if !c.LeftOut {
			categories.row("  "+c.Name, c.Doc)
		}
	}
	_ = categories.write(out)
	showChoice(out, p, d)
	fmt.Fprintf(out, "\n%s\n",
		wrapped(fmt.Sprintf("Nothing is sent around the hour, and less than %d bytes are sent in "+
			"an hour. The choice affects no feature of the product, and can be changed at any time.\n\n"+
			"Serial numbers and license information are sent in clear. Documents of this system can be linked by its "+
			"pseudonym until the identity is renewed or sending is denied.\n\n"+
			"`usagedata preview` shows the document.", p.Limits.Hour), ""))
	writePolicy(out, p)
	fmt.Fprintln(out)
}

// showChoice shows the categories that are left out, and those that can be.
func showChoice(out io.Writer, p profile.Profile, d consent.Decision) {
	var left, can []string
	for _, name := range p.Optional() {
		if slices.Contains(d.LeftOut, name) {
			left = append(left, name)
		} else {
			can = append(can, name)
		}
	}
	if len(left) > 0 {
		fmt.Fprintf(out, "\n%s\n", wrapped("Left out, and not collected: "+strings.Join(left, ", ")+".", ""))
	}
	if len(can) > 0 {
		fmt.Fprintf(out, "\n%s\n", wrapped("These categories can be left out, with --without CATEGORY: "+
			strings.Join(can, ", ")+".", ""))
	}
}

// writePolicy writes the address of the vendor's privacy policy if the profile has one.
func writePolicy(out io.Writer, p profile.Profile) {
	if p.PrivacyPolicy != "" {
		fmt.Fprintf(out, "The vendor collects and uses this data in accordance with its privacy policy: %s\n",
			p.PrivacyPolicy)
	}
}

func showPending(out io.Writer, p profile.Profile, pending []profile.Place) {
	fmt.Fprintf(out, "%s\n\n",
		wrapped(fmt.Sprintf("Profile %d of %s adds these fields. They are not sent until you accept them; all others "+
			"are sent as before.", p.Version, p.Name), ""))
	for _, at := range pending {
		fmt.Fprintf(out, "  %s.%s (%s: %s)\n      %s\n      %s\n", at.Category, at.Path, at.Field.Kind,
			dictionary.Treatment(at.Field), at.Field.Doc, at.Field.Why)
	}
	fmt.Fprintf(out, "\n%s\n", wrapped("If you cancel, sending continues without these fields. `usagedata preview "+
		"--accepting` shows the document with them.", ""))
	writePolicy(out, p)
	fmt.Fprintln(out)
}
