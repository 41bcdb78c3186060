package scrub

// signs is a set of ASCII characters, looked up by byte: texts contain one every few letters.
type signs [256]bool

func signSet(all string) *signs {
	var set signs
	for i := range len(all) {
		set[all[i]] = true
	}
	return &set
}

func (s *signs) trimLeft(text string) string {
	for text != "" && s[text[0]] {
		text = text[1:]
	}
	return text
}

func (s *signs) trimRight(text string) string {
	for text != "" && s[text[len(text)-1]] {
		text = text[:len(text)-1]
	}
	return text
}

// index returns the position of the first character of the set, or -1.
func (s *signs) index(text string) int {
	for i := range len(text) {
		if s[text[i]] {
			return i
		}
	}
	return -1
}
