// Package login protects the page if no login of a product does. A person who has read the token in
// the terminal that started the page can log in once; the session expires after 30 minutes of
// inactivity. Everyone else sees a page that says how to log in, and no content.
//
// Sessions are kept in memory only. A crash ends all of them.
package login

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"sync"
	"time"
)

// Bounds of a login.
const (
	tokenLife  = 10 * time.Minute
	idle       = 30 * time.Minute
	mostWrong  = 10
	secretSize = 32 // bytes: 256 bits
)

// Errors that the login page shows.
var (
	errNoSession    = errors.New("you are not logged in")
	errExpired      = errors.New("your session has expired after 30 minutes of inactivity")
	errWrongToken   = errors.New("this token is wrong, or it was already used")
	errTokenExpired = errors.New("this token has expired: it was printed more than ten minutes ago")
	errTooMany      = errors.New("too many wrong tokens were tried; only the printed one is accepted")
)

// Authenticator logs one person in; [Authenticator.Guard] is its handler. It is safe for use by
// several goroutines.
type Authenticator struct {
	// Guessed is called once if wrong tokens have been tried so often that it cannot be a mistake.
	// It may be nil.
	Guessed func()

	now func() time.Time

	mu      sync.Mutex
	token   secret // the zero value once it is used
	printed time.Time
	wrong   int
	session secret
	used    time.Time // when the session was last used
}

// secret is the hash of a token, so that a later look at the memory reveals no token. The zero
// value matches nothing.
type secret struct {
	sum   [sha256.Size]byte
	given bool
}

func hashed(text string) secret { return secret{sha256.Sum256([]byte(text)), true} }

// matches compares in constant time.
func (s secret) matches(text string) bool {
	sum := sha256.Sum256([]byte(text))
	return subtle.ConstantTimeCompare(sum[:], s.sum[:]) == 1 && s.given
}

// New returns an authenticator, and the token that logs a person in once.
func New(now func() time.Time) (*Authenticator, string) {
	token := newSecret()
	return &Authenticator{now: now, token: hashed(token), printed: now()}, token
}

// newSecret returns a new secret; the system's source of randomness does not fail.
func newSecret() string {
	var bytes [secretSize]byte
	rand.Read(bytes[:])
	return base64.RawURLEncoding.EncodeToString(bytes[:])
}

// logIn exchanges the token for a session. Wrong tokens are counted, but never lock out the right
// one: otherwise anyone who can reach the page could lock it. The only bound that they need is the
// ten minutes that the token is valid: a token has 256 bits, so a billion guesses a second would
// try one in 10^65 of them.
func (a *Authenticator) logIn(token string) (session string, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.token.matches(token) {
		return "", a.countWrong()
	}
	a.token = secret{} // used up, even if it is late
	if a.now().Sub(a.printed) > tokenLife {
		return "", errTokenExpired
	}
	session = newSecret()
	a.session, a.used = hashed(session), a.now()
	return session, nil
}

// countWrong counts a wrong token, and reports once if there are too many.
func (a *Authenticator) countWrong() error {
	a.wrong++
	if a.wrong == mostWrong && a.Guessed != nil {
		a.Guessed()
	}
	if a.wrong >= mostWrong {
		return errTooMany
	}
	return errWrongToken
}

// check returns nil if the session is the right one, and notes that it was used now. A session that
// was idle for too long has ended, no matter which browser shows it.
func (a *Authenticator) check(session string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.session.matches(session) {
		return errNoSession
	}
	if a.now().Sub(a.used) > idle {
		a.session = secret{}
		return errExpired
	}
	a.used = a.now()
	return nil
}
