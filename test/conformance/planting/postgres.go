package planting

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"
)

// Codes of the first message of a PostgreSQL client, and the size of the largest message.
const (
	cancelRequest = 80877102
	sslRequest    = 80877103
	gssRequest    = 80877104
	protocol3     = 3 // in the upper half
	maxMessage    = 64 << 20
)

// startsPostgreSQL reports whether the first message is one of a PostgreSQL client.
func (p *peeked) startsPostgreSQL() bool {
	if p.in.Buffered() == 0 {
		return false
	}
	first, err := p.in.Peek(8)
	if err != nil {
		return false
	}
	code := binary.BigEndian.Uint32(first[4:])
	return code >= cancelRequest && code <= gssRequest || code>>16 == protocol3
}

// postgreSQL relays a connection to a database, and plants names in the rows.
func (r *Relay) postgreSQL(c *peeked) {
	client, secure, first, err := r.begin(c)
	if err != nil {
		return
	}
	server, err := r.database(secure)
	if err != nil {
		return
	}
	defer server.Close()
	defer context.AfterFunc(r.ctx, func() { server.Close() })()
	if _, err := server.Write(first); err != nil {
		return
	}
	s := &session{names: r.names, at: r.place()}
	done := make(chan struct{})
	r.all.Go(func() {
		defer close(done)
		_ = s.messages(client, server, s.asks)
		server.Close()
	})
	_ = s.messages(server, client, s.answers)
	client.Close()
	<-done
}

// database connects to the database: with TLS if the plugin uses it, except over loopback, where the
// login must not be bound to a certificate.
func (r *Relay) database(secure bool) (net.Conn, error) {
	if !secure || isLoopback(r.source.URL.Hostname()) {
		return r.dial("tcp")
	}
	return r.connect(askTLS)
}

// begin reads the client's first messages until the one with the session's parameters. It accepts
// TLS if the client asks for it.
func (r *Relay) begin(c *peeked) (client net.Conn, secure bool, first []byte, err error) {
	client, secure = c, c.secure
	for {
		first, err := firstMessage(client)
		if err != nil {
			return client, secure, nil, err
		}
		switch code := binary.BigEndian.Uint32(first[4:]); {
		case code == sslRequest && !secure:
			_, err = client.Write([]byte{'S'})
			client, secure = tls.Server(client, r.source.Trust.Server), true
		case code == sslRequest || code == gssRequest:
			_, err = client.Write([]byte{'N'})
		default:
			return client, secure, first, nil
		}
		if err != nil {
			return client, secure, nil, err
		}
	}
}

// firstMessage reads a message that has no type.
func firstMessage(from io.Reader) ([]byte, error) {
	head := make([]byte, 8)
	if _, err := io.ReadFull(from, head); err != nil {
		return nil, err
	}
	size := binary.BigEndian.Uint32(head)
	if size < 8 || size > 1<<16 {
		return nil, errors.New("the first message has no valid size")
	}
	rest := make([]byte, size-8)
	_, err := io.ReadFull(from, rest)
	return append(head, rest...), err
}

// askTLS asks the server for TLS.
func askTLS(to net.Conn) error {
	answer := make([]byte, 1)
	if _, err := to.Write(binary.BigEndian.AppendUint32([]byte{0, 0, 0, 8}, sslRequest)); err != nil {
		return err
	}
	if _, err := io.ReadFull(to, answer); err != nil {
		return err
	}
	if answer[0] != 'S' {
		return errors.New("the server has no TLS")
	}
	return nil
}

// session is the state of a connection: the last query, and the columns of its answer.
type session struct {
	names   *Names
	at      Place
	query   atomic.Value // string
	columns []string
}

// messages passes messages on, each with its new content.
func (s *session) messages(from io.Reader, to io.Writer, change func(kind byte, body []byte) []byte) error {
	head := make([]byte, 5)
	for {
		if _, err := io.ReadFull(from, head); err != nil {
			return err
		}
		size := binary.BigEndian.Uint32(head[1:])
		if size < 4 || size > maxMessage {
			return errors.New("a message has no valid size")
		}
		body := make([]byte, size-4)
		if _, err := io.ReadFull(from, body); err != nil {
			return err
		}
		body = change(head[0], body)
		if _, err := to.Write(append(binary.BigEndian.AppendUint32([]byte{head[0]}, uint32(len(body)+4)),
			body...)); err != nil {
			return err
		}
	}
}

// asks remembers the text of a query.
func (s *session) asks(kind byte, body []byte) []byte {
	if kind == 'Q' || kind == 'P' {
		s.query.Store(string(body))
	}
	return body
}

// answers replaces the values of a row, and withholds a login that is bound to the server's own
// certificate.
func (s *session) answers(kind byte, body []byte) []byte {
	switch kind {
	case 'R':
		return bytes.Replace(body, []byte("SCRAM-SHA-256-PLUS\x00"), nil, 1)
	case 'T':
		s.columns = columnsIn(body)
	case 'D':
		return s.row(body)
	}
	return body
}

// columnsIn returns the names of the columns in a row description.
func columnsIn(body []byte) (names []string) {
	if len(body) < 2 {
		return nil
	}
	for rest := body[2:]; ; {
		end := bytes.IndexByte(rest, 0)
		if end < 0 || len(rest) < end+19 {
			return names
		}
		names, rest = append(names, string(rest[:end])), rest[end+19:]
	}
}

// catalog matches queries for the database's own structure, whose names are keys and not values.
var catalog = regexp.MustCompile(`(?i)information_schema|to_regclass|` +
	`\bpg_(catalog\.)?(class|attribute|namespace|views|tables|matviews|type|proc|index|constraint)`)

// row replaces the values of a row that are text, whatever their format: other formats hold
// characters that are not printable.
func (s *session) row(body []byte) []byte {
	if len(body) < 2 {
		return body
	}
	query, _ := s.query.Load().(string)
	if catalog.MatchString(query) {
		return body
	}
	at := s.at
	at.About = query
	n := int(binary.BigEndian.Uint16(body))
	is, rest := slices.Clone(body[:2]), body[2:]
	for i := range n {
		if len(rest) < 4 {
			return body
		}
		size := int32(binary.BigEndian.Uint32(rest))
		if size < 0 {
			is, rest = append(is, rest[:4]...), rest[4:]
			continue
		}
		if int(size) > len(rest)-4 {
			return body
		}
		key := ""
		if len(s.columns) == n {
			key = s.columns[i]
		}
		value := s.value(at.at(key), rest[4:4+size])
		is = append(binary.BigEndian.AppendUint32(is, uint32(len(value))), value...)
		rest = rest[4+size:]
	}
	return is
}

func (s *session) value(at Place, value []byte) []byte {
	if json, is := bytes.CutPrefix(value, []byte{1}); is && isJSON(json) { // jsonb in binary format
		return append([]byte{1}, s.names.Text(at, json)...)
	}
	return s.names.value(at, value)
}

// value replaces a value of a row or of an SNMP agent if it is text.
func (n *Names) value(at Place, value []byte) []byte {
	text := string(value)
	switch {
	case !utf8.Valid(value) || strings.ContainsFunc(text, unicode.IsControl) && !isJSON(value):
		return value
	case strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") || strings.HasPrefix(text, "<"):
		return n.Text(at, value)
	}
	return []byte(n.Replace(at, text))
}
