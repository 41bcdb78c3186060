// Package login stands before the page where no product's own login does: who has read the token at the terminal that
// started the page may come in, once, and stays until they have done nothing for a while. Everybody else sees a page
// that says how to log in, and no content.
//
// What it keeps is in memory and gone with the program. A crash ends all sessions.
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

// What a visitor is told.
var (
	errNoSession = errors.New("you are not logged in")
	errEnded     = errors.New("your session has ended, because nothing was done for half an hour")
	errWrong     = errors.New("this token is not the one that was printed, or it was used already")
	errLate      = errors.New("this token was printed more than ten minutes ago")
	errTooMany   = errors.New("wrong tokens are tried again and again; only the one that was printed is taken")
)

// Door lets one person in. It is safe for several goroutines.
type Door struct {
	// Guessed is called once when wrong tokens have been tried so often that it is no mistake; nil: it is not reported.
	Guessed func()

	now func() time.Time

	mu      sync.Mutex
	token   secret // not given: it was used
	printed time.Time
	wrong   int
	session secret
	used    time.Time // when the session last did something
}

// secret is what is kept of a token: its hash, so that memory that is looked at later holds none. The zero value fits
// nothing.
type secret struct {
	sum   [sha256.Size]byte
	given bool
}

func keep(text string) secret { return secret{sha256.Sum256([]byte(text)), true} }

// fits compares in the same time wherever the difference is.
func (s secret) fits(text string) bool {
	sum := sha256.Sum256([]byte(text))
	return subtle.ConstantTimeCompare(sum[:], s.sum[:]) == 1 && s.given
}

// New makes a door, and the token that opens it once.
func New(now func() time.Time) (*Door, string) {
	token := fresh()
	return &Door{now: now, token: keep(token), printed: now()}, token
}

// fresh is a new secret; the system's source of randomness does not fail.
func fresh() string {
	var bytes [secretSize]byte
	rand.Read(bytes[:])
	return base64.RawURLEncoding.EncodeToString(bytes[:])
}

// enter exchanges the token for a session. Wrong tokens are counted and never keep the right one out: otherwise
// whoever reaches the page could shut it. They need no other bound than the ten minutes that the token lives: a token
// has 256 bits, and of these a billion guesses a second would try one in 10^65.
func (d *Door) enter(token string) (session string, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.token.fits(token) {
		return "", d.refused()
	}
	d.token = secret{} // once, late or not
	if d.now().Sub(d.printed) > tokenLife {
		return "", errLate
	}
	session = fresh()
	d.session, d.used = keep(session), d.now()
	return session, nil
}

// refused counts a wrong token, and reports the first of too many, once.
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

// check tells whether it is the session, and that it did something now. One that was idle for too long has ended,
// whoever shows it.
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
