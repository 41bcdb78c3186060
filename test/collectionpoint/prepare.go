package collectionpoint

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"sync"

	"polycom.com/usagedata/test/privateca"
)

// prepare opens everything that a [Point] needs. If it fails, nothing stays open.
func prepare(config Config) (_ *Point, err error) {
	if config.Dir == "" {
		return nil, errors.New("no folder given")
	}
	point := &Point{
		ready:    make(chan net.Conn),
		open:     map[*connection]bool{},
		patience: cmp.Or(config.Patience, patience),
		script:   script{file: filepath.Join(config.Dir, "behave")},
	}
	point.ended = sync.NewCond(&point.mu)
	if err := point.certify(config); err != nil {
		return nil, err
	}
	if point.listener, err = net.Listen("tcp", cmp.Or(config.Listen, "127.0.0.1:0")); err != nil {
		return nil, err
	}
	if point.store, err = openStore(filepath.Join(config.Dir, "received")); err != nil {
		return nil, errors.Join(err, point.listener.Close())
	}
	point.ctx, point.stop = context.WithCancel(context.Background())
	return point, nil
}

func (p *Point) certify(config Config) (err error) {
	if p.CA, err = privateca.New(); err != nil {
		return err
	}
	certificate, err := p.CA.Issue(hosts(config)...)
	if err != nil {
		return fmt.Errorf("certificate: %w", err)
	}
	p.tls = &tls.Config{
		Certificates: []tls.Certificate{certificate},
		MinVersion:   oldest(config.MaxVersion),
		MaxVersion:   config.MaxVersion,
		NextProtos:   []string{"http/1.1"},
	}
	if config.Clients != nil {
		p.tls.ClientAuth, p.tls.ClientCAs = tls.RequireAndVerifyClientCert, config.Clients
	}
	return nil
}

// oldest returns TLS 1.2, or newest if that is older: a test then checks that a client refuses it.
func oldest(newest uint16) uint16 {
	if newest != 0 && newest < tls.VersionTLS12 {
		return newest
	}
	return tls.VersionTLS12
}

func hosts(config Config) []string {
	if len(config.Hosts) > 0 {
		return config.Hosts
	}
	return []string{"127.0.0.1", "::1", "localhost"}
}
