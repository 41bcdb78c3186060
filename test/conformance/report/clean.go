package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"polycom.com/usagedata/test/conformance/result"
)

// longest is the number of characters shown of one text. A line of evidence is not longer unless
// something went wrong; result.json has all of it.
const longest = 2000

// shown returns the [result.Result] as a page, a console or a build server may show it.
func shown(r result.Result) result.Result {
	return each(r, func(s string) string { return clip(clean(s)) })
}

// shownDone is [shown] for one check.
func shownDone(d result.Done) result.Done {
	return eachDone(d, func(s string) string { return clip(clean(s)) })
}

// each returns the [result.Result] with change applied to each of its texts.
func each(r result.Result, change func(string) string) result.Result {
	r.Format, r.Suite, r.Verdict = change(r.Format), change(r.Suite), result.Verdict(change(string(r.Verdict)))
	r.Arch, r.Interrupted, r.Product = change(r.Arch), change(r.Interrupted), eachProduct(r.Product, change)
	if r.Baseline != nil {
		last := eachProduct(*r.Baseline, change)
		r.Baseline = &last
	}
	if r.Receiver != nil {
		to := *r.Receiver
		to.URL, to.Product, to.System = change(to.URL), change(to.Product), change(to.System)
		r.Receiver = &to
	}
	r.Command, r.Problems = eachLine(r.Command, change), eachLine(r.Problems, change)
	r.Reduced = eachLine(r.Reduced, change)
	checks := make([]result.Done, len(r.Checks))
	for i, d := range r.Checks {
		checks[i] = eachDone(d, change)
	}
	r.Checks = checks
	return r
}

func eachProduct(p result.Product, change func(string) string) result.Product {
	p.ID, p.Name, p.Sum = change(p.ID), change(p.Name), change(p.Sum)
	files := map[string]string{}
	for name, sum := range p.Files {
		files[change(name)] = change(sum)
	}
	if p.Files != nil {
		p.Files = files
	}
	return p
}

func eachDone(d result.Done, change func(string) string) result.Done {
	for _, text := range []*string{&d.ID, &d.Topic, (*string)(&d.Level), &d.Holds, &d.Why, (*string)(&d.Outcome),
		&d.Says, &d.Repeat} {
		*text = change(*text)
	}
	d.Serves, d.Evidence = eachLine(d.Serves, change), eachLine(d.Evidence, change)
	if d.Waiver != nil {
		d.Waiver = &result.Waiver{Check: change(d.Waiver.Check), Reason: change(d.Waiver.Reason),
			Expires: change(d.Waiver.Expires)}
	}
	return d
}

// eachLine keeps nil as nil: result.json distinguishes an empty list from a missing one.
func eachLine(lines []string, change func(string) string) []string {
	if lines == nil {
		return nil
	}
	changed := make([]string, len(lines))
	for i, line := range lines {
		changed[i] = change(line)
	}
	return changed
}

// clean makes one safe line of any text. Characters that a terminal would obey, that XML cannot
// hold, or that reverse the direction of the surrounding text become U+FFFD, as does invalid UTF-8:
// the replacement shows that something was there.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp), r&0xfffe == 0xfffe,
			r >= 0xfdd0 && r <= 0xfdef:
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(s, string(utf8.RuneError)))
}

// clip cuts a text that is too long, and appends the number of characters left out.
func clip(s string) string {
	runes := []rune(s)
	if more := len(runes) - longest; more > 0 {
		return fmt.Sprintf("%s… (and %d characters more, in result.json)", string(runes[:longest]), more)
	}
	return s
}
