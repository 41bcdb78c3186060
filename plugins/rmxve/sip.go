package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sysinfo"
)

type sip struct {
	Configured    *int64         `usage:"configured"`
	ConfiguredTLS *int64         `usage:"configured_tls"`
	Listening     *bool          `usage:"listening"`
	Transport     []string       `usage:"transport"`
	StandardPorts *standardPorts `usage:"standard_ports"`
	Status        string         `usage:"status"`
}

// standardPorts are those of RFC 3261, whatever is configured.
type standardPorts struct {
	UDP5060 bool `usage:"udp_5060"`
	TCP5060 bool `usage:"tcp_5060"`
	UDP5061 bool `usage:"udp_5061"`
	TCP5061 bool `usage:"tcp_5061"`
}

// The ports that count where none is configured.
const (
	standardPort = 5060
	standardTLS  = 5061
)

// sip is the configured port, whether a process listens on it, and its status: from three sources,
// each of which may be missing.
func (m *mcu) sip(ctx context.Context, _ sdk.Period) (s sip, err error) {
	var lacking sdk.Lacking
	s.Configured, s.ConfiguredTLS, err = m.sipPorts(ctx)
	lacking.Add(err, "configured", "configured_tls")
	listeners, err := sysinfo.Listening(ctx, m.env)
	lacking.Add(err, "listening", "transport", "standard_ports")
	if err == nil {
		s.listening(listeners)
	}
	told, err := m.tells(ctx)
	lacking.Add(err, "status")
	s.Status = statusOf(told.SIPStatus)
	return s, lacking.Err()
}

func (s *sip) listening(on sysinfo.Listeners) {
	port, tls := either(s.Configured, standardPort), either(s.ConfiguredTLS, standardTLS)
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
	s.StandardPorts = &standardPorts{on.UDP(standardPort), on.TCP(standardPort), on.UDP(standardTLS), on.TCP(standardTLS)}
}

func either(configured *int64, standard int64) int64 {
	if configured != nil {
		return *configured
	}
	return standard
}

// statuses are the words for the agent's numbers, as public monitoring has them.
var statuses = map[int64]string{1: "disabled", 2: "ok", 3: "failed"}

func statusOf(number *int64) string {
	if number == nil {
		return ""
	}
	if word, ok := statuses[*number]; ok {
		return word
	}
	return "other"
}

// sipPorts reads the configured file. One of the two ports may be nil.
func (m *mcu) sipPorts(ctx context.Context) (port, tls *int64, err error) {
	text, err := m.file(ctx, "SIP configuration", m.at.SIPConfig)
	if err != nil {
		return nil, nil, err
	}
	return parseSIP(text)
}

// The keys of the file, in any case.
const (
	keyPort = "sip_port"
	keyTLS  = "sip_tls_port"
)

// parseSIP reads lines "key = value" and takes two keys. It ignores empty lines, comments behind #
// or ;, sections in brackets and every other key that products write into such files, passwords
// among them. A number may stand in quotes. A file is malformed without either key, with a number
// that is no port, or with two different numbers for one key.
func parseSIP(text string) (port, tls *int64, err error) {
	for line := range strings.Lines(text) {
		key, value, found := strings.Cut(uncommented(line), "=")
		if !found {
			continue
		}
		switch strings.ToLower(strings.TrimSpace(key)) {
		case keyPort:
			port, err = portOf(value, port)
		case keyTLS:
			tls, err = portOf(value, tls)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	if port == nil && tls == nil {
		return nil, nil, fmt.Errorf("find %s or %s: %w", keyPort, keyTLS, sdk.NotAvailable(sdk.Malformed))
	}
	return port, tls, nil
}

func uncommented(line string) string {
	if at := strings.IndexAny(line, "#;"); at >= 0 {
		return line[:at]
	}
	return line
}

// portOf reads a port. It must be the same as the one read before, if there was one.
func portOf(value string, before *int64) (*int64, error) {
	number, err := strconv.ParseUint(strings.Trim(strings.TrimSpace(value), `"'`), 10, 16)
	port := int64(number)
	if err != nil || port == 0 || before != nil && *before != port {
		return nil, fmt.Errorf("read a port: %w", sdk.NotAvailable(sdk.Malformed))
	}
	return &port, nil
}
