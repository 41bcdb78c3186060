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

// Errors that a visitor sees.
var (
	errNoSession = errors.New("you are not logged in")
	errEnded     = errors.New("your session has ended, because nothing was done for half an hour")
	errWrong     = errors.New("this token is not the one that was printed, or it was used already")
	errLate      = errors.New("this token was printed more than ten minutes ago")
	errTooMany   = errors.New("wrong tokens are tried again and again; only the one that was printed is taken")
)

// Door lets one person in; [Door.Guard] is its handler. It is safe for use by several goroutines.
type Door struct {
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

func keep(text string) secret { return secret{sha256.Sum256([]byte(text)), true} }

// fits compares in constant time.
func (s secret) fits(text string) bool {
	sum := sha256.Sum256([]byte(text))
	return subtle.ConstantTimeCompare(sum[:], s.sum[:]) == 1 && s.given
}

// New returns a door, and the token that opens it once.
func New(now func() time.Time) (*Door, string) {
	token := fresh()
	return &Door{now: now, token: keep(token), printed: now()}, token
}

// fresh returns a new secret; the system's source of randomness does not fail.
func fresh() string {
	var bytes [secretSize]byte
	rand.Read(bytes[:])
	return base64.RawURLEncoding.EncodeToString(bytes[:])
}

// enter exchanges the token for a session. Wrong tokens are counted, but never lock out the right
// one: otherwise anyone who can reach the page could lock it. The only bound that they need is the
// ten minutes that the token is valid: a token has 256 bits, so a billion guesses a second would
// try one in 10^65 of them.
func (d *Door) enter(token string) (session string, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.token.fits(token) {
		return "", d.refused()
	}
	d.token = secret{} // used up, even if it is late
	if d.now().Sub(d.printed) > tokenLife {
		return "", errLate
	}
	session = fresh()
	d.session, d.used = keep(session), d.now()
	return session, nil
}

// refused counts a wrong token, and reports once if there are too many.
func (d *Door) refused() error {
	d.wrong++
	if d.wrong == mostWrong && d.Guessed != nil {
		d.Guessed()
	}
	if d.wrong >= mostWrong {
		return errTooMany
	}
	return errWrong
}

// check returns nil if the session is the right one, and notes that it was used now. A session that
// was idle for too long has ended, no matter which browser shows it.
func (d *Door) check(session string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.session.fits(session) {
		return errNoSession
	}
	if d.now().Sub(d.used) > idle {
		d.session = secret{}
		return errEnded
	}
	d.used = d.now()
	return nil
}
