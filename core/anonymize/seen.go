package anonymize

import (
	"sync"

	"polycom.com/usagedata/core/anonymize/internal/leak"
	"polycom.com/usagedata/core/kind"
)

// seen remembers the values that were pseudonymized in a cycle: the leak gate looks for them, and a
// repeated value costs no second key operation. It is held in funcs, so that nothing can print it.
type seen struct {
	token  func(value) (string, bool)
	add    func(value, string)
	each   func(func(value))
	issued func(token string) bool
}

// value is a raw text with the kind of the field that held it.
type value struct {
	kind kind.Kind
	text string
}

// pseudonymized returns the view of the leak gate.
func (s seen) pseudonymized() leak.Pseudonymized {
	return leak.Pseudonymized{
		Each:   func(yield func(kind.Kind, string)) { s.each(func(v value) { yield(v.kind, v.text) }) },
		Issued: s.issued,
		Tail:   TailSize,
	}
}

func newSeen() seen {
	var lock sync.Mutex // one scrubber serves both streams of a plugin's log lines
	tokens := map[value]string{}
	issued := map[string]bool{}
	return seen{
		token: func(v value) (string, bool) {
			lock.Lock()
			defer lock.Unlock()
			token, ok := tokens[v]
			return token, ok
		},
		add: func(v value, token string) {
			lock.Lock()
			defer lock.Unlock()
			tokens[v] = token
			issued[token] = true
		},
		issued: func(token string) bool {
			lock.Lock()
			defer lock.Unlock()
			return issued[token]
		},
		each: func(yield func(value)) {
			lock.Lock()
			defer lock.Unlock()
			for v := range tokens {
				yield(v)
			}
		},
	}
}
