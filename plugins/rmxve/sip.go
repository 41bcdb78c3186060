package main

import (
	"context"

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

// sip is the port that is configured, and whether something listens there: of three sources, each of which may be
// missing.
func (m *mcu) sip(ctx context.Context, _ sdk.Period) (s sip, err error) {
	var lacking sdk.Lacking
	s.Configured, s.ConfiguredTLS, err = m.sipPorts()
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
