package kind

import (
	"regexp"
	"strings"
)

// pattern reports whether letters and digits are typical of a made-up number: one character
// repeated, a few characters repeated three times or more, a sequence that counts up or down, or
// runs of letters and digits that each are such a sequence: XXXX1234.
func pattern(bare string) bool {
	if rest, ok := strings.CutPrefix(bare, "0x"); ok {
		bare = rest
	}
	return repeats(bare) || isSequence(bare, 1) || countsDown(bare) || patterns(runs(bare))
}

// placeholder reports whether letters and digits were written by hand: the same character nine
// times or more and then another, XXXXXXXXX1; characters that count up, each repeated equally
// often, 112233445566; digits down to the last one, 54321; or two or three letters before ten or
// more digits that count, SYS1234567890, ABC12345678.
func placeholder(bare string) bool {
	last := len(bare) - 1
	if last < minSerial {
		return false
	}
	parts := runs(bare)
	spelled := len(parts) == 2 && (len(parts[0]) == 2 || len(parts[0]) == 3) && letter(bare[0]) &&
		isSequence(parts[1], 1) &&
		(len(parts[1]) >= 10 || len(parts[1]) >= 8 && bare[0] == 'a' && isSequence(parts[0], 1))
	return last >= 9 && repeats(bare[:last]) && bare[0] == bare[1] || stutters(bare) || spelled ||
		isSequence(bare, -1) && bare[last] <= '1'
}

// stutters reports whether text is three or more characters that count up, each repeated equally
// often.
func stutters(text string) bool {
	for times := 2; times*3 <= len(text); times++ {
		if len(text)%times > 0 {
			continue
		}
		var each []byte
		for i := 0; i < len(text); i += times {
			if text[i:i+times] == strings.Repeat(text[i:i+1], times) {
				each = append(each, text[i])
			}
		}
		if len(each)*times == len(text) && isSequence(string(each), 1) {
			return true
		}
	}
	return false
}

// uuid matches the groups of a UUID.
var uuid = regexp.MustCompile(`(?i)^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-[0-9a-f]{4}-[0-9a-f]{12}$`)

// handmade reports whether text is a UUID that was written by hand: half of it is the same digit,
// or its first three groups count up.
func handmade(text string) bool {
	groups := uuid.FindStringSubmatch(strings.ToLower(text))
	if groups == nil {
		return false
	}
	for i := range 10 {
		if strings.Count(text, string(rune('0'+i))) >= 16 {
			return true
		}
	}
	return isSequence(groups[1], 1) && isSequence(groups[2], 1) && isSequence(groups[3], 1)
}

// repeats reports whether text is one part repeated, the last time perhaps incompletely: a single
// character, or a longer part at least three times. A part that counts up is recognized after two:
// 12341234.
func repeats(text string) bool {
	for period := 1; period < len(text); period++ {
		again := text[period:] == text[:len(text)-period]
		if again && (period == 1 || len(text) >= 3*period || len(text) >= 2*period && isSequence(text[:period], 1)) {
			return true
		}
	}
	return len(text) < 2
}

// isSequence reports whether text counts up, or down if step is negative: 0123456789,
// 1234567890123, fedcba98. Letters follow the digits.
func isSequence(text string, step int) bool {
	for i := 1; i < len(text); i++ {
		before, b := text[i-1], text[i]
		if step < 0 {
			before, b = b, before
		}
		next := before+1 == b || before == '9' && b == '0' || (before == '9' || before == '0') && b == 'a'
		if !next {
			return false
		}
	}
	return true
}

// countsDown reports whether text counts down. It needs eight characters, because hardly anyone
// writes such a sequence, so a shorter one is probably chance.
func countsDown(text string) bool { return len(text) >= 8 && isSequence(text, -1) }

// patterns reports whether there are several runs and each is long enough to be recognized as a
// pattern. Letters that count do not make a pattern here, because the serial numbers in examples
// look like that: ABCD1234.
func patterns(runs []string) bool {
	for _, run := range runs {
		counted := digit(run[0]) && (isSequence(run, 1) || countsDown(run))
		if len(run) < 3 || !repeats(run) && !counted {
			return false
		}
	}
	return len(runs) > 1
}
