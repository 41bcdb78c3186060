package main

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"time"

	"polycom.com/usagedata/core/gate"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/upload"
)

// delivery returns the configuration for reaching and trusting the collection point.
func (s *service) delivery() upload.Config {
	p := s.settings.Installed.Profile
	c := upload.Config{
		Host: p.CollectionPoint.Host, Port: p.CollectionPoint.Port, Product: p.ID, Roots: s.settings.Roots,
		Pins:  p.CollectionPoint.Pins,
		Proxy: s.settings.ProxyAddress(), DialContext: s.gate.DialContext, UserAgent: "usagedata/" + version,
		Timeout: uploadLimit,
	}
	if s.settings.ByFile() {
		c.DialContext = refuse
	}
	if s.settings.CollectionPoint.Certificate != "" {
		c.Certificate = s.settings.Certificate
	}
	if s.settings.Proxy.Credentials != "" {
		c.ProxyCredentials = s.settings.ProxyCredentials
	}
	return c
}

// refuse takes the place of the gate on an appliance that sends nothing itself.
func refuse(context.Context, string, string) (net.Conn, error) {
	return nil, errors.New("`delivery: file` is configured, so this appliance connects to nothing")
}

// fallback returns the fallback for the collection point's name only. Behind a proxy that name is
// not looked up here, and the proxy's own name must not be sent to the fallback (DNS-1). Each
// question to the fallback is recorded with its outcome.
func (s *service) fallback() gate.Fallback {
	p := s.settings.Installed.Profile
	server, err := netip.ParseAddr(p.DNSFallback)
	if err != nil || s.settings.ProxyAddress() != "" {
		return gate.Fallback{}
	}
	return gate.Fallback{Name: p.CollectionPoint.Host, Server: server, Report: func(outcome gate.FallbackResult) {
		reason := "the fallback name server was asked for the collection point: " + string(outcome)
		s.log.Info(reason)
		line := journal.Entry{Time: time.Now(), Outcome: journal.Asked, Reason: reason}
		if err := s.stores.Journal.Record(line); err != nil {
			s.log.Error("record in journal", "outcome", journal.Asked, "error", err)
		}
	}}
}
