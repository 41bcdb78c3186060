package e2e

import (
	"net"
	"os"
	"path/filepath"
	"testing"

	"polycom.com/usagedata/test/privateca"
	"polycom.com/usagedata/test/servers"
)

// step sets something up and expects a result: words in the journal and a hint or, if both are
// empty, that the document is delivered.
type step struct {
	set        func(*site)
	want, hint string
}

const (
	there  = "the problem is at the collection point"
	theirs = "collection_point.certificate"
)

// users is Squid's password file, and known the user in it, with the password.
const (
	users = "kestrel:$apr1$kestrel1$eCWni8hTgJtCFzQypCJqu0\n"
	known = "kestrel:hollow:88"
)

// setups are ways in which an operator sets up a collection point, and a customer a proxy. The last
// step of each corrects the mistakes.
var setups = map[string][]step{
	"nginx": {
		{func(s *site) { s.nginx() }, "503 Service Unavailable", there},
		{func(s *site) { s.nginx("error_page 495", "#") }, "400 Bad Request: the collection point probably requires a " +
			"certificate, which this appliance does not have", theirs},
		{func(s *site) { s.shows(s.others) }, "400 Bad Request: the collection point probably refused the certificate of " +
			"this appliance", theirs},
		{func(s *site) { s.shows(s.clients) }, "500 Internal Server Error", there},
		{func(s *site) { s.nginx(); s.server.Folder("data/v1/usage/dma") }, "", ""},
	},
	"Apache": {
		{func(s *site) { servers.Apache(s.server, "1.3", true) }, "the collection point requires a certificate, which " +
			"this appliance does not have", theirs},
		{func(s *site) { s.shows(s.others) }, "the collection point refused the certificate of this appliance: its " +
			"authority is not trusted there", theirs},
		{func(s *site) { s.shows(s.clients) }, "409 Conflict: the collection point did not confirm that it stores " +
			"another document under this id", "the folder for this product may be missing"},
		{func(s *site) { s.server.Folder("data/v1/usage/dma") }, "", ""},
	},
	"HAProxy": {
		{func(s *site) { servers.HAProxy(s.server, "1.2", false, "") }, "503 Service Unavailable", there},
		{func(s *site) { s.server.Stop(); servers.HAProxy(s.server, "1.2", true, s.behind()) }, "the collection point " +
			"requires a certificate, which this appliance does not have", theirs},
		{func(s *site) { s.shows(s.clients) }, "", ""},
	},
	"Squid": {
		{func(s *site) { servers.Squid(s.server, s.port(), users); s.through("localhost", s.port(), "") },
			"407 Proxy Authentication Required from the proxy: it requires a user name and a password", "proxy.credentials"},
		{func(s *site) { s.through("localhost", s.port(), "kestrel:other") }, "407 Proxy Authentication Required from the " +
			"proxy: it rejected the user name and password", "proxy.credentials"},
		{func(s *site) { s.through("localhost", "8443", known) }, "403 Forbidden from the proxy: it does not allow " +
			"connections to the collection point", "CONNECT"},
		{func(s *site) { s.through("nowhere.invalid", s.port(), known) }, "500 Internal Server Error from the proxy: it " +
			"can not reach the collection point", "resolves"},
		{func(s *site) { s.through("localhost", s.port(), known) }, "", ""},
	},
}

// T15, T16, T17, S20: if anything is set up wrongly, the document waits, and the hint says where to
// look, in words that contain nothing of the other side. When the mistakes are corrected, the
// document that was made at first is delivered.
func TestServersOfOperators(t *testing.T) {
	for name, steps := range setups {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := settle(t)
			for _, step := range steps {
				step.set(s)
				if step.want == "" {
					s.delivers()
					continue
				}
				s.fails(step.want, step.hint)
			}
		})
	}
}

// nginx starts or restarts the example for operators, with these changes.
func (s *site) nginx(changes ...string) {
	s.t.Helper()
	s.server.Stop()
	servers.Nginx(s.server, read(s.t, "../../core/upload/examples/nginx.conf"), changes...)
}

// port returns the port of the stand-in for the collection point, which is behind HAProxy and
// Squid.
func (s *site) port() string {
	_, port, err := net.SplitHostPort(s.stage.Point.Address())
	if err != nil {
		s.t.Fatal(err)
	}
	return port
}

func (s *site) behind() string { return "127.0.0.1:" + s.port() + " ssl verify none" }

// direct makes the host send to the server; more are lines about the collection point.
func (s *site) direct(more string) {
	s.t.Helper()
	s.configure("localhost", s.server.Port, more, "")
}

// shows makes the host present a client certificate of this [privateca.CA].
func (s *site) shows(ca *privateca.CA) {
	s.t.Helper()
	own, err := ca.IssueClient("appliance")
	if err != nil {
		s.t.Fatal(err)
	}
	text, err := privateca.PEM(own)
	if err != nil {
		s.t.Fatal(err)
	}
	path := s.keeps("client.pem", string(text))
	s.direct("  certificate: " + path + "\n  key: " + path + "\n")
}

// through makes the host send to this host and port through the server.
func (s *site) through(host, port, credentials string) {
	s.t.Helper()
	proxy := "proxy:\n  url: http://" + s.server.Address() + "\n"
	if credentials != "" {
		proxy += "  credentials: " + s.keeps("credentials", credentials+"\n") + "\n"
	}
	s.configure(host, port, "", proxy)
}

// keeps writes a secret of the appliance and returns its path.
func (s *site) keeps(name, text string) string {
	s.t.Helper()
	path := filepath.Join(s.stage.Dir, name)
	if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
		s.t.Fatal(err)
	}
	return path
}
