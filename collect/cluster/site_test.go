package cluster

import (
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"polycom.com/usagedata/collect/segment"
	"polycom.com/usagedata/collect/teststage"
	"polycom.com/usagedata/test/privateca"
)

// site is a folder with the files of some receivers, and a network of this machine that other tests do
// not use. All listeners have the ports of the examples.
type site struct {
	t         *testing.T
	folder    string
	authority *privateca.CA
}

// The hosts of the network.
const (
	balancer       = 10
	firstReceiver  = 11
	firstAppliance = 100
)

func newSite(t *testing.T) site {
	t.Helper()
	authority, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	s := site{t, t.TempDir(), authority}
	own, err := authority.Issue(host)
	if err != nil {
		t.Fatal(err)
	}
	pem, err := privateca.PEM(own)
	if err != nil {
		t.Fatal(err)
	}
	s.write("receiver.pem", string(pem))
	return s
}

// at returns the address of a host. The network is that of this process.
func (s site) at(n int) string {
	return fmt.Sprintf("127.%d.%d.%d", 64+os.Getpid()/250%128, os.Getpid()%250, n)
}

func (s site) path(name string) string { return filepath.Join(s.folder, name) }

// write replaces a file.
func (s site) write(name, content string) {
	s.t.Helper()
	err := os.WriteFile(s.path(name+".new"), []byte(content), 0o600)
	if err == nil {
		err = os.Rename(s.path(name+".new"), s.path(name))
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// receiver starts the receiver n, with further lines of its configuration.
func (s site) receiver(n int, more ...string) *receiver {
	s.t.Helper()
	address := s.at(firstReceiver + n)
	lines := append([]string{
		fmt.Sprintf("listen: [%q]", address+":8443"), "inner: " + address + ":9464",
		"certificate: " + s.path("receiver.pem"), "key: " + s.path("receiver.pem"),
	}, more...)
	return startReceiver(s.t, s.path(fmt.Sprintf("receiver%d.yaml", n+1)), strings.Join(lines, "\n")+"\n")
}

// inBucket returns the lines of a configuration whose store is a bucket.
func (s site) inBucket(g *teststage.Gateway) string {
	s.write("access", teststage.AccessKey+"\n")
	s.write("secret", teststage.SecretKey+"\n")
	return fmt.Sprintf("store:\n  s3:\n    endpoint: %s\n    bucket: %s\n"+
		"    access_key_file: %s\n    secret_key_file: %s\n",
		g.Endpoint, teststage.Bucket, s.path("access"), s.path("secret"))
}

// haproxy starts the balancer with the example for operators, in which only the addresses are others.
func (s site) haproxy() *logged {
	s.t.Helper()
	text, err := os.ReadFile("../examples/haproxy.cfg")
	if err != nil {
		s.t.Fatal(err)
	}
	config := string(text)
	for old, address := range map[string]string{
		"\tbind :8443\n":  "\tbind " + s.at(balancer) + ":8443\n",
		" 10.1.0.11:8443": " " + s.at(firstReceiver) + ":8443",
		" 10.1.0.12:8443": " " + s.at(firstReceiver+1) + ":8443",
		" 10.1.0.13:8443": " " + s.at(firstReceiver+2) + ":8443",
	} {
		if strings.Count(config, old) != 1 {
			s.t.Fatalf("the example has %q %d times, want once", old, strings.Count(config, old))
		}
		config = strings.Replace(config, old, address, 1)
	}
	s.write("haproxy.cfg", config)
	output := &logged{}
	p, err := start(output, "/usr/sbin/haproxy", "-db", "-f", s.path("haproxy.cfg"))
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		p.end(syscall.SIGKILL)
		if s.t.Failed() {
			s.t.Logf("haproxy:\n%s", output.String())
		}
	})
	s.until("haproxy accepts connections", func() bool {
		c, err := net.Dial("tcp", s.at(balancer)+":8443")
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
	return output
}

// settled compares a store, whose objects are the files of a folder, with the book: each accepted
// document is there, and nothing is there that was not sent.
func (b *book) settled(t *testing.T, folder string) {
	t.Helper()
	stored, lines := map[string]string{}, 0
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		// Files of versitygw, or of the folder, that are no objects yet.
		if entry.Name() == ".sgwtmp" || entry.Name() == ".new" {
			return fs.SkipDir
		}
		// The object of a check that was killed is removed by a later one.
		if entry.IsDir() || strings.HasPrefix(entry.Name(), ".probe-") {
			return nil
		}
		packed, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		read, err := segment.Decode(name, packed)
		if err != nil {
			t.Error(err)
		}
		for _, line := range read {
			lines++
			if sum := segment.Digest([]byte(line.Document)); sum != line.SHA256 || sum != b.sent[line.ID] {
				t.Errorf("%s is stored with other bytes than were sent", line.ID)
			}
			stored[line.ID] = line.SHA256
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	lost := 0
	for id, sum := range b.accepted {
		if stored[id] != sum {
			lost++
			t.Logf("%s was accepted, and is not stored", id)
		}
	}
	if lost > 0 || len(b.accepted) == 0 {
		t.Errorf("%d of %d accepted documents are lost", lost, len(b.accepted))
	}
	t.Logf("%d documents accepted in %d attempts; the store has %d of them in %d lines",
		len(b.accepted), b.attempts, len(stored), lines)
}
