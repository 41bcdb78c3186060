package leak

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"polycom.com/usagedata/core/anonymize/internal/canonical"
	"polycom.com/usagedata/core/anonymize/internal/vocabulary"
	"polycom.com/usagedata/core/kind"
)

// spellings is called with each way to write the name in a value, and with its parts that identify
// somebody themselves: the domain of a host, the account of a mailbox.
type spellings func(text string)

func (s spellings) of(v value) {
	k, form := canonical.Form(v.kind, v.text)
	if !identifying(k, form) {
		return
	}
	s(v.text)
	s(form)
	s.compact(form)
	s.literal(v.text, form)
	switch k {
	case kind.Hostname:
		s.host(form)
	case kind.Email, kind.URI, kind.User:
		s.account(form)
	case kind.Phone:
		s.number(form)
	}
	if rdns, ok := canonical.RDNs(v.text); ok {
		s.distinguished(rdns)
	}
}

// identifying reports whether the value identifies an appliance or a person. A value that every
// machine has does not.
func identifying(k kind.Kind, form string) bool {
	switch k {
	case kind.Address:
		a, ok := addressOf(form)
		return !ok || !unspecific(a)
	case kind.MAC:
		return form != "000000000000" && form != "ffffffffffff"
	default:
		return utf8.RuneCountInString(form) > 1 && !commonNames[form]
	}
}

// compact writes a name without the separators between its words, and in ASCII letters if it has
// others.
func (s spellings) compact(form string) {
	if bare := alphanumeric(form); len(bare) >= minJoined && bare != form {
		s(bare)
	}
	if canonical.ASCII(form) {
		return
	}
	for _, plain := range []string{umlauts.Replace(form), withoutMarks(form)} {
		s(plain)
		if bare := alphanumeric(plain); len(bare) >= minJoined {
			s(bare)
		}
	}
}

// alphanumeric returns only the letters and digits of text.
func alphanumeric(text string) string {
	return strings.Map(func(r rune) rune {
		if wordRune(r) {
			return r
		}
		return -1
	}, text)
}

// umlauts writes letters as people do whose keyboard lacks them.
var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "ø", "oe", "å", "aa", "æ", "ae", "œ",
	"oe", "ł", "l", "đ", "d", "ð", "d", "þ", "th")

// barred are letters that do not decompose into an ASCII letter and a mark.
var barred = strings.NewReplacer("ß", "ss", "ø", "o", "æ", "ae", "œ", "oe", "ł", "l", "đ", "d", "ð", "d", "þ",
	"th", "ı", "i")

// withoutMarks removes the marks above and below letters.
func withoutMarks(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(text))
	return barred.Replace(text)
}

// minNational is the minimum number of digits of a telephone number that is looked for without its
// country code.
const minNational = 9

// number writes the digits of a telephone number, also without the country code, which has up to
// three digits.
func (s spellings) number(form string) {
	form, _, _ = strings.Cut(form, ";")
	digits := strings.Trim(form, "+*#")
	s(digits)
	if short := strings.TrimLeft(digits, "0"); len(short) >= minJoined { // an integer has no leading zeros
		s(short)
	}
	if !strings.HasPrefix(form, "+") {
		return
	}
	for code := 1; code <= 3 && len(digits)-code >= minNational; code++ {
		s(digits[code:])
		s("0" + digits[code:])
	}
}

func (s spellings) host(form string) {
	if readable, err := idna.ToUnicode(form); err == nil && readable != form {
		s(readable)
	}
	labels := strings.Split(form, ".")
	s.joined(labels[0])
	if len(labels) == 1 {
		return
	}
	s("dc=" + strings.Join(labels, ",dc="))
	reversed := slices.Clone(labels)
	slices.Reverse(reversed)
	s(strings.Join(reversed, "."))
	if strings.ContainsAny(labels[0], "0123456789-_") { // not `video`
		s.part(labels[0])
	}
	s.part(strings.Join(labels[1:], "."))
}

// account writes user and host: jane.smith@clinic.example, sip:jane.smith@10.33.7.21.
func (s spellings) account(form string) {
	if _, rest, ok := strings.Cut(form, ":"); ok {
		form = strings.TrimPrefix(rest, "//")
	}
	user, where, ok := strings.Cut(form, "@")
	if !ok {
		user, where = "", form
	}
	if end := strings.IndexAny(where, "/;"); end >= 0 {
		where = where[:end]
	}
	s.part(user)
	s.compact(user)
	for _, number := range []string{user, where} {
		if consistsOf(strings.TrimPrefix(number, "+"), "0123456789") && len(number) >= minJoined {
			s.number(number)
		}
	}
	s.part(where)
	if k, host := canonical.Form(kind.Hostname, where); k == kind.Address {
		s.literal(where, host)
	} else if _, domain, ok := strings.Cut(host, "."); ok {
		s.part(domain)
	}
}

// distinguished writes a name in reverse order, and the values in it that identify somebody.
func (s spellings) distinguished(rdns []canonical.RDN) {
	var reversed []string
	for _, rdn := range slices.Backward(rdns) {
		reversed = append(reversed, rdn.Type+"="+rdn.Value)
		if identifyingRDN[rdn.Type] && !allOrdinary(rdn.Value) {
			s.part(rdn.Value)
			s.compact(rdn.Value)
		}
	}
	s(strings.Join(reversed, ","))
}

// identifyingRDN are the parts of a distinguished name that identify a person or the customer.
var identifyingRDN = vocabulary.Set("cn uid o dc")

// minPart is the minimum length of a part of a value that is looked for by itself; shorter parts
// are words like `com`.
const minPart = 5

func (s spellings) part(text string) {
	if len(text) >= minPart && !commonNames[text] {
		s(text)
	}
}

// joined writes a label without the separators between its pieces, and with others: kassel-dma01,
// kasseldma01, kassel_dma01.
func (s spellings) joined(label string) {
	pieces := strings.FieldsFunc(label, func(r rune) bool { return r == '-' || r == '_' })
	if len(pieces) < 2 {
		return
	}
	for _, sign := range []string{"", "-", "_", " ", "."} {
		s.part(strings.Join(pieces, sign))
	}
}
