package anonymize

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"polycom.com/usagedata/core/kind"
)

const keySize = 32

// Key is the appliance's own secret: without it no pseudonym can be made or traced back. It is held
// in a func, which reflection cannot look into, so nothing can print it. The zero Key is no key;
// nothing is pseudonymized with it.
type Key struct {
	mac func(parts ...string) [sha256.Size]byte
}

// errSecret is returned to every encoder that is given a key.
var errSecret = errors.New("encode key: it does not leave the appliance")

// EphemeralKey returns a key that ends with the process: a preview before consent has no other.
func EphemeralKey() Key {
	secret := make([]byte, keySize)
	_, _ = rand.Read(secret) // never fails: without randomness the program ends
	return keyOf(secret)
}

func keyOf(secret []byte) Key {
	return Key{mac: func(parts ...string) (sum [sha256.Size]byte) {
		mac := hmac.New(sha256.New, secret)
		var length [8]byte
		for _, part := range parts {
			// The length precedes each part, so that no two lists of parts have the same bytes.
			binary.BigEndian.PutUint64(length[:], uint64(len(part)))
			mac.Write(length[:])
			_, _ = io.WriteString(mac, part)
		}
		mac.Sum(sum[:0])
		return sum
	}}
}

// ID returns an identity that only this appliance can make: the same inputs give the same identity,
// and another key gives another one. Without a key it returns "".
func (k Key) ID(purpose ...string) string {
	if k.mac == nil {
		return ""
	}
	return tail(k.mac(append([]string{"id"}, purpose...)...))
}

// System returns the pseudonym of this appliance in its documents, which stays the same as long as
// the key does. Without a key it returns "".
func (k Key) System() string {
	if k.mac == nil {
		return ""
	}
	return string(kind.System) + "-" + k.ID("system")
}

// forLogs returns a separate key that is derived from this one.
func (k Key) forLogs() Key {
	if k.mac == nil {
		return k
	}
	secret := k.mac("key", "logs")
	return keyOf(secret[:])
}

// tokenBits is the size of a token: 128 bits, so that tokens do not collide in any fleet. They are
// written in 26 letters and digits of which no two look alike.
const tokenBits = 128

// TailSize is the length of an identity that [Key.ID] returns, and of a pseudonym after its kind.
const TailSize = 26

var letters = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

func tail(sum [sha256.Size]byte) string { return letters.EncodeToString(sum[:tokenBits/8]) }

// Format writes [key] for every verb.
func (k Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[key]") }

// LogValue shows [key] in log/slog.
func (k Key) LogValue() slog.Value { return slog.StringValue("[key]") }

// MarshalText returns an error. JSON, XML and YAML call it.
func (k Key) MarshalText() ([]byte, error) { return nil, errSecret }

// GobEncode returns an error.
func (k Key) GobEncode() ([]byte, error) { return nil, errSecret }
