package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"

	"polycom.com/usagedata/core/usage"
)

// listener is an address to listen on. The zero address is all addresses of the machine.
type listener struct {
	text    string
	address netip.Addr
	port    uint16
}

// parseListener parses ADDRESS:PORT. A name is refused, because a resolver could change its address.
func parseListener(text string) (listener, error) {
	host, port, err := net.SplitHostPort(text)
	number, notNumber := strconv.ParseUint(port, 10, 16)
	if err != nil || notNumber != nil {
		return listener{}, fmt.Errorf("must be ADDRESS:PORT or :PORT, not %q", text)
	}
	l := listener{text: text, port: uint16(number)}
	if host == "" {
		return l, nil
	}
	if l.address, err = netip.ParseAddr(host); err != nil {
		return listener{}, fmt.Errorf("must have an IP address, not %q", host)
	}
	return l, nil
}

// overlaps reports whether a connection could reach both listeners.
func (l listener) overlaps(other listener) bool {
	return l.port == other.port && l.port != 0 && (l.covers(other) || other.covers(l))
}

func (l listener) covers(other listener) bool {
	switch {
	case !l.address.IsValid() || l.address == netip.IPv6Unspecified():
		return true
	case l.address == netip.IPv4Unspecified():
		return other.address.Is4()
	default:
		return l.address.Unmap() == other.address.Unmap()
	}
}

// checkListeners parses the listeners and the balancers.
func (s *Settings) checkListeners(p *problems) {
	p.want(len(s.Listen) > 0, "listen", "is empty")
	var all []listener
	check := func(key, text string) listener {
		l, err := parseListener(text)
		p.add(key, err)
		for _, other := range all {
			p.want(err != nil || !l.overlaps(other), key, "has %s, which overlaps with %s", text, other.text)
		}
		if err == nil {
			all = append(all, l)
		}
		return l
	}
	for i, text := range s.Listen {
		check("listen["+strconv.Itoa(i)+"]", text)
	}
	before := len(all)
	inner := check("inner", s.Inner)
	if len(all) > before && !s.InnerExposed && !inner.address.IsLoopback() {
		p.add("inner", usage.WithHint(fmt.Errorf("%s can be reached from other machines, without TLS", s.Inner),
			"use 127.0.0.1; or, if the network protects it, add `inner_exposed: true`"))
	}
	for i, text := range s.Balancers {
		network, err := parseNetwork(text)
		p.add("balancers["+strconv.Itoa(i)+"]", err)
		s.Networks = append(s.Networks, network)
	}
}

// parseNetwork parses a network, or an address as a network of one machine.
func parseNetwork(text string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(text); err == nil && address.Zone() == "" {
		return netip.PrefixFrom(address.Unmap(), address.Unmap().BitLen()), nil
	}
	network, err := netip.ParsePrefix(text)
	switch {
	case err != nil:
		return network, fmt.Errorf("must be an address or a network such as 10.1.0.0/24, not %q", text)
	case network.Bits() == 0:
		return network, errors.New("must not be all addresses: anyone could then claim any address")
	case network.Addr().Is4In6():
		return network, fmt.Errorf("must be written as IPv4, not %q", text)
	case network != network.Masked():
		return network, fmt.Errorf("has %s, whose network is %s: write that, or the address alone", text,
			network.Masked())
	}
	return network, nil
}
