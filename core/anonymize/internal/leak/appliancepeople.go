package leak

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"polycom.com/usagedata/core/kind"
)

// minPersonUID is the lowest number that any Linux gives to a person's account. Lower numbers
// belong to accounts of the system, which have the same names on every appliance, such as root.
const minPersonUID = 500

var noLogin = []string{"nologin", "false", "sync", "halt", "shutdown", "true"}

// people learns the accounts in /etc/passwd that have a login shell, with their full names.
func (l *learner) people(text string) {
	for line := range strings.Lines(text) {
		parts := strings.Split(strings.TrimSpace(line), ":")
		if len(parts) != 7 || !isPerson(parts[2], parts[6]) {
			continue
		}
		l.one(RuleUser, kind.User, strings.TrimSpace(parts[0]))
		l.gecos(parts[4])
	}
}

func isPerson(number, shell string) bool {
	uid, err := strconv.Atoi(number)
	base := shell[strings.LastIndexByte(shell, '/')+1:]
	return err == nil && uid >= minPersonUID && !slices.Contains(noLogin, base)
}

// gecos reads a field `full name,room,phone,phone,other`, and `Family, Given` as people write it by
// hand.
func (l *learner) gecos(field string) {
	parts := strings.Split(field, ",")
	full := strings.Join(strings.Fields(parts[0]), " ")
	if len(parts) == 2 && strings.HasPrefix(parts[1], " ") && !strings.ContainsFunc(parts[1], unicode.IsDigit) {
		full = strings.Join(strings.Fields(parts[1]+" "+parts[0]), " ")
	}
	l.fullName(full)
	if len(parts) > 1 {
		l.one(RuleUser, kind.User, strings.TrimSpace(field))
	}
	for _, other := range parts[1:] {
		if digits := strings.Map(onlyDigits, other); len(digits) >= minDialed {
			l.one(RuleUser, kind.Phone, strings.TrimSpace(other))
		}
	}
}

// minDialed is the minimum number of digits of a number that identifies a phone.
const minDialed = 6

func onlyDigits(r rune) rune {
	if '0' <= r && r <= '9' {
		return r
	}
	return -1
}

// minGiven is the minimum number of letters of a word in a full name that is looked for by itself,
// because people are often called by one of their names.
const minGiven = 4

// fullName learns a name in both orders, and each word of it.
func (l *learner) fullName(name string) {
	l.one(RuleUser, kind.User, name)
	words := strings.Fields(name)
	if len(words) < 2 {
		return
	}
	last := len(words) - 1
	given, family := strings.Join(words[:last], " "), words[last]
	l.one(RuleUser, kind.User, family+", "+given)
	l.one(RuleUser, kind.User, family+" "+given)
	for _, word := range words {
		if utf8.RuneCountInString(word) >= minGiven {
			l.derived(RuleUser, kind.User, strings.Trim(word, `."'()`))
		}
	}
}
