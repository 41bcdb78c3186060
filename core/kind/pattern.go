package kind

import "strings"

// pattern reports whether letters and digits are what one writes in place of a number: one character again and again,
// a few of them three times or more, what counts up or down, or letters and digits of which each run does so: XXXX1234.
func pattern(bare string) bool {
	if rest, ok := strings.CutPrefix(bare, "0x"); ok {
		bare = rest
	}
	return repeats(bare) || counts(bare, 1) || down(bare) || patterns(runs(bare))
}

// repeats reports whether text is one part again and again, the last time perhaps in part: a character, or at least
// three times more than one. What counts is seen when it begins anew: 12341234.
func repeats(text string) bool {
	for period := 1; period < len(text); period++ {
		again := text[period:] == text[:len(text)-period]
		if again && (period == 1 || len(text) >= 3*period || len(text) >= 2*period && counts(text[:period], 1)) {
			return true
		}
	}
	return len(text) < 2
}

// counts reports whether text counts up, or down: 0123456789, 1234567890123, fedcba98. Letters go on behind digits.
func counts(text string, step int) bool {
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

// down reports whether text counts down. Hardly anyone writes that, so that a few digits may do so by chance.
func down(text string) bool { return len(text) >= 8 && counts(text, -1) }

// patterns reports whether each of several runs is long enough to be seen as a pattern, and is one. Letters that count
// are none here: the serial numbers in examples look like that, ABCD1234.
func patterns(runs []string) bool {
	for _, run := range runs {
		counted := digit(run[0]) && (counts(run, 1) || down(run))
		if len(run) < 3 || !repeats(run) && !counted {
			return false
		}
	}
	return len(runs) > 1
}
