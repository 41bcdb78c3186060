package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"polycom.com/usagedata/test/collectionpoint"
	"polycom.com/usagedata/test/timezone"
)

// point is the stand-in for the collection point, on this machine's loopback, which the root shares.
type point struct{ *collectionpoint.Point }

func startPoint(dir string) (*point, error) {
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	p, err := collectionpoint.Start(collectionpoint.Config{Dir: dir})
	return &point{p}, err
}

func (p *point) close() error { return p.Close() }

// configure adds the administrator's settings to the file from the product's package.
func (s *site) configure() error {
	_, port, err := net.SplitHostPort(s.point.Address())
	if err != nil {
		return err
	}
	came, err := s.read("/etc/usagedata/config.yaml")
	if err != nil {
		return err
	}
	if err := says("config.yaml", came, "product: "+s.product+"\n"); err != nil {
		return err
	}
	more := fmt.Sprintf("collection_point: {host: localhost, port: %s, ca: /etc/usagedata/collection-ca.pem}\n", port)
	if err := s.write("/etc/usagedata/config.yaml", came+more); err != nil {
		return err
	}
	return s.write("/etc/usagedata/collection-ca.pem", string(s.point.CA.PEM()))
}

// clock writes the zone that the commands run in, and the host names that an appliance has and
// debootstrap does not write.
func (s *site) clock() error {
	if err := s.write("/etc/hosts", "127.0.0.1 localhost\n127.0.1.1 appliance\n"); err != nil {
		return err
	}
	return timezone.Write(filepath.Join(s.root, "etc", "usagedata-test-zone"), time.Now(), 0, 20, 0)
}

// received checks the number of documents at the collection point, and that analytics.json is the
// newest of them.
func (s *site) received(n int) error {
	documents := s.point.Received()
	if len(documents) != n {
		return fmt.Errorf("the collection point has %d documents, not %d", len(documents), n)
	}
	shown, err := s.read("/var/log/usagedata/analytics.json")
	if err != nil {
		return err
	}
	if shown != string(documents[n-1].Body) {
		return fmt.Errorf("analytics.json has %d bytes, and differs from the %d received bytes", len(shown),
			len(documents[n-1].Body))
	}
	return nil
}
