package gate

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"net/netip"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// The errors of an answer without usable addresses.
var (
	errNotOurAnswer = errors.New("not an answer to the question")
	errTruncated    = errors.New("the answer did not fit")
	errNoSuchName   = errors.New("no such name")
	errNoAddress    = errors.New("no address of this family")
	errUnusable     = errors.New("no usable answer")
)

const (
	// maxAliases bounds the aliases that are followed to an address.
	maxAliases = 8
	// maxAddresses bounds the addresses that are tried.
	maxAddresses = 8
)

// question is one question to a name server.
type question struct {
	id      uint16
	asked   dnsmessage.Question
	message []byte
}

// newQuestion returns a question for the addresses of one family, with an unpredictable id.
func newQuestion(host string, family dnsmessage.Type) (question, error) {
	name, err := dnsmessage.NewName(strings.TrimSuffix(host, ".") + ".")
	if err != nil {
		return question{}, errUnusable
	}
	var random [2]byte
	_, _ = rand.Read(random[:]) // never fails: crypto/rand ends the process instead
	q := question{id: binary.BigEndian.Uint16(random[:])}
	q.asked = dnsmessage.Question{Name: name, Type: family, Class: dnsmessage.ClassINET}
	m := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: q.id, RecursionDesired: true},
		Questions: []dnsmessage.Question{q.asked},
	}
	q.message, err = m.Pack()
	return q, err
}

// answered returns the addresses in a message.
func (q question) answered(message []byte) ([]string, error) {
	var p dnsmessage.Parser
	header, err := p.Start(message)
	if err != nil || !header.Response || header.ID != q.id || !q.repeatedBy(&p) {
		return nil, errNotOurAnswer
	}
	switch {
	case header.RCode == dnsmessage.RCodeNameError:
		return nil, errNoSuchName
	case header.RCode != dnsmessage.RCodeSuccess:
		return nil, errUnusable
	case header.Truncated:
		return nil, errTruncated
	}
	records, err := p.AllAnswers()
	if err != nil {
		return nil, errUnusable
	}
	found := follow(q.asked, records)
	if len(found) == 0 {
		return nil, errNoAddress
	}
	return found, nil
}

// repeatedBy reports whether the message repeats exactly this question.
func (q question) repeatedBy(p *dnsmessage.Parser) bool {
	repeated, err := p.AllQuestions()
	return err == nil && len(repeated) == 1 && repeated[0].Type == q.asked.Type &&
		repeated[0].Class == q.asked.Class && same(repeated[0].Name, q.asked.Name)
}

func same(a, b dnsmessage.Name) bool { return strings.EqualFold(a.String(), b.String()) }

// follow returns the addresses of the name in the question, following its aliases. It ignores
// records about other names.
func follow(asked dnsmessage.Question, records []dnsmessage.Resource) []string {
	name := asked.Name
	for range maxAliases {
		if found := addresses(name, asked.Type, records); len(found) > 0 {
			return found
		}
		next, ok := alias(name, records)
		if !ok {
			return nil
		}
		name = next
	}
	return nil
}

func alias(of dnsmessage.Name, records []dnsmessage.Resource) (dnsmessage.Name, bool) {
	for _, r := range records {
		if to, ok := r.Body.(*dnsmessage.CNAMEResource); ok && same(r.Header.Name, of) {
			return to.CNAME, true
		}
	}
	return dnsmessage.Name{}, false
}

func addresses(of dnsmessage.Name, family dnsmessage.Type, records []dnsmessage.Resource) []string {
	var found []string
	for _, r := range records {
		if len(found) == maxAddresses || r.Header.Type != family || r.Header.Class != dnsmessage.ClassINET ||
			!same(r.Header.Name, of) {
			continue
		}
		switch body := r.Body.(type) {
		case *dnsmessage.AResource:
			found = append(found, netip.AddrFrom4(body.A).String())
		case *dnsmessage.AAAAResource:
			found = append(found, netip.AddrFrom16(body.AAAA).Unmap().String())
		}
	}
	return found
}
