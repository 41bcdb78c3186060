package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sysinfo"
)

type sip struct {
	Configured    *int64   `usage:"configured"`
	ConfiguredTLS *int64   `usage:"configured_tls"`
	Listening     *bool    `usage:"listening"`
	Transport     []string `usage:"transport"`
}

// The ports that are checked if no port is configured.
const (
	standardPort = 5060
	standardTLS  = 5061
)

// sip reports the configured ports, and whether a process listens on them. These are two sources,
// and each may be missing.
func (m *mcu) sip(ctx context.Context, _ sdk.Period) (s sip, err error) {
	var missing sdk.Missing
	port, tls := portsOf(m.file(ctx, "SIP configuration", m.at.SIPConfig))
	s.Configured, s.ConfiguredTLS = port.number, tls.number
	missing.Add(port.err, "configured")
	missing.Add(tls.err, "configured_tls")
	listeners, err := sysinfo.Listening(ctx, m.env)
	missing.Add(err, "listening", "transport")
	if err == nil {
		s.listening(listeners)
	}
	return s, missing.Err()
}

// listening checks the configured ports, or the standard ones if they are not known.
func (s *sip) listening(on sysinfo.Listeners) {
	port, tls := portOrDefault(s.Configured, standardPort), portOrDefault(s.ConfiguredTLS, standardTLS)
	s.Transport = []string{}
	for _, t := range []struct {
		name      string
		listening bool
	}{{"udp", on.UDP(port)}, {"tcp", port != tls && on.TCP(port)}, {"tls", on.TCP(tls)}} {
		if t.listening {
			s.Transport = append(s.Transport, t.name)
		}
	}
	listening := len(s.Transport) > 0
	s.Listening = &listening
}

func portOrDefault(configured *int64, standard int64) int64 {
	if configured != nil {
		return *configured
	}
	return standard
}

// The keys of the file, in upper or lower case.
const (
	keyPort = "sip_port"
	keyTLS  = "sip_tls_port"
)

// port is a configured port, or the reason why it is not known.
type port struct {
	number *int64
	err    error
}

// portsOf returns the two ports of the file. A key that the file does not have is not configured. A
// file with neither key is malformed.
func portsOf(text string, err error) (plain, tls port) {
	if err != nil {
		return port{err: err}, port{err: err}
	}
	plain, tls = portOf(text, keyPort), portOf(text, keyTLS)
	if errors.Is(plain.err, errNoKey) && errors.Is(tls.err, errNoKey) {
		plain.err = fmt.Errorf("find %s or %s: %w", keyPort, keyTLS, sdk.NotAvailable(sdk.Malformed))
		tls.err = plain.err
	}
	return plain, tls
}

var errNoKey = fmt.Errorf("find a port: %w", sdk.NotAvailable(sdk.NotConfigured))

// portOf reads the lines "key = value" of one key. It ignores every other line: comments after # or
// ;, sections in brackets, and the other keys that products write into such files, among them
// passwords. A number may be in quotes. Zero is not a port. If there are two different numbers, it
// is not known which one is in force, so neither is used.
func portOf(text, key string) (p port) {
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(uncommented(line), "=")
		if !strings.EqualFold(strings.TrimSpace(name), key) {
			continue
		}
		number, err := strconv.ParseUint(strings.Trim(strings.TrimSpace(value), `"'`), 10, 16)
		read := int64(number)
		if err != nil || read == 0 || p.number != nil && *p.number != read {
			return port{err: fmt.Errorf("read %s: %w", key, sdk.NotAvailable(sdk.Malformed))}
		}
		p.number = &read
	}
	if p.number == nil {
		p.err = errNoKey
	}
	return p
}

func uncommented(line string) string {
	if at := strings.IndexAny(line, "#;"); at >= 0 {
		return line[:at]
	}
	return line
}
