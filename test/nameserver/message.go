package nameserver

import (
	"fmt"
	"net/netip"

	"golang.org/x/net/dns/dnsmessage"
)

// message packs an answer. It panics if the answer does not fit into a message: that is a mistake of
// the test.
func (a Answer) message(network string, id uint16, q dnsmessage.Question) []byte {
	m := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: id, Response: true, RecursionAvailable: true, RCode: a.RCode},
		Questions: []dnsmessage.Question{q},
	}
	if a.Cut && network == "udp" {
		m.Truncated = true
	} else {
		m.Answers = a.records(q)
	}
	if a.Change != nil {
		a.Change(&m)
	}
	packed, err := m.Pack()
	if err != nil {
		panic(fmt.Sprintf("name server: pack answer: %v", err))
	}
	return packed
}

func (a Answer) records(q dnsmessage.Question) []dnsmessage.Resource {
	var records []dnsmessage.Resource
	name := q.Name
	for _, alias := range a.Aliases {
		to := dnsmessage.MustNewName(alias)
		records = append(records, dnsmessage.Resource{
			Header: dnsmessage.ResourceHeader{Name: name, Class: q.Class,
				TTL: 1}, Body: &dnsmessage.CNAMEResource{CNAME: to},
		})
		name = to
	}
	for _, address := range a.Addresses {
		if body := record(address); q.Type == family(address) {
			records = append(records, dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: name, Class: q.Class,
				TTL: 1}, Body: body})
		}
	}
	return records
}

func family(address netip.Addr) dnsmessage.Type {
	if address.Is4() {
		return dnsmessage.TypeA
	}
	return dnsmessage.TypeAAAA
}

func record(address netip.Addr) dnsmessage.ResourceBody {
	if address.Is4() {
		return &dnsmessage.AResource{A: address.As4()}
	}
	return &dnsmessage.AAAAResource{AAAA: address.As16()}
}
