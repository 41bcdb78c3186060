package main

import (
	"fmt"
	"strconv"
	"strings"

	"polycom.com/usagedata/core/sdk"
)

// sipPorts are what the configured file says. One of the two may be nil.
func (m *mcu) sipPorts() (port, tls *int64, err error) {
	text, err := m.file("SIP configuration", m.at.SIPConfig)
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

// parseSIP reads lines "key = value" and takes two keys. Empty lines, comments behind # or ;, sections in brackets and
// everything else that products write into such files are passed over, passwords among them. A number may stand in
// quotes. A file without either key, with a number that is no port, or with two different ones is not understood.
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

// portOf reads a port, which is the one that was read before if one was.
func portOf(value string, before *int64) (*int64, error) {
	number, err := strconv.ParseUint(strings.Trim(strings.TrimSpace(value), `"'`), 10, 16)
	port := int64(number)
	if err != nil || port == 0 || before != nil && *before != port {
		return nil, fmt.Errorf("read a port: %w", sdk.NotAvailable(sdk.Malformed))
	}
	return &port, nil
}
