package scene

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"slices"
	"sync"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/test/conformance/planting"
)

// Impostors records the servers that took the places of sources, with a certificate of an authority
// that nobody trusts.
type Impostors struct {
	mu      sync.Mutex
	greeted []string // sources to which the plugin began to speak TLS
	trusted []string // those to which it sent something in spite of the certificate
}

// Greeted returns the names of the sources to which the plugin began to speak TLS.
func (i *Impostors) Greeted() []string { return i.copy(func() []string { return i.greeted }) }

// Trusted returns the names of the sources to which the plugin sent something although it could not
// verify the certificate.
func (i *Impostors) Trusted() []string { return i.copy(func() []string { return i.trusted }) }

func (i *Impostors) copy(of func() []string) []string {
	if i == nil {
		return nil
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(of())
}

func (i *Impostors) add(to *[]string, source string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if !slices.Contains(*to, source) {
		*to = append(*to, source)
	}
}

// impersonate replaces the servers by ones with a certificate that the plugin cannot verify. Its
// names are those of the sources.
func impersonate(s *stagedWorld) error {
	trust, err := s.trust()
	if err != nil {
		return err
	}
	s.recording.Impostors = &Impostors{}
	var problems []error
	s.visit(func(kind profile.SettingKind, value string) string {
		if kind != profile.SettingURL && kind != profile.SettingAddress {
			return value
		}
		changed, err := s.serve(kind, value, func(*stagedWorld) answer {
			return s.recording.Impostors.answer(s.scenes.World.sourceOf(value), trust)
		})
		problems = append(problems, err)
		return changed
	})
	return errors.Join(problems...)
}

// answer returns the part of the server that has the place of a source. It answers TLS only.
func (i *Impostors) answer(source string, trust planting.Trust) answer {
	return func(conn net.Conn) {
		in := bufio.NewReader(conn)
		if begin, _ := in.Peek(len(sslRequest)); string(begin) == sslRequest {
			_, _ = in.Discard(len(sslRequest))
			_, _ = conn.Write([]byte("S")) // PostgreSQL agrees to TLS; if that fails, the next read does
		}
		if first, err := in.Peek(1); err != nil || first[0] != tlsHandshake {
			return
		}
		i.add(&i.greeted, source)
		secure := tls.Server(buffered{conn, in}, trust.Server)
		if secure.HandshakeContext(context.Background()) != nil {
			return
		}
		if n, _ := secure.Read(make([]byte, 1)); n > 0 {
			i.add(&i.trusted, source)
		}
	}
}

// sslRequest is the message with which a client of PostgreSQL asks for TLS.
const sslRequest = "\x00\x00\x00\x08\x04\xd2\x16\x2f"

// tlsHandshake is the first byte of a connection with TLS.
const tlsHandshake = 0x16

// buffered is a connection whose first bytes were read already.
type buffered struct {
	net.Conn
	in *bufio.Reader
}

func (b buffered) Read(into []byte) (int, error) { return b.in.Read(into) }
