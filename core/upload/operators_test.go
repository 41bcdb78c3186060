package upload

import (
	"net"
	"os"
	"strconv"
	"testing"

	"polycom.com/usagedata/test/collectionpoint"
	"polycom.com/usagedata/test/servers"
)

// T15, T16: the example for operators, unchanged: without a good certificate the document waits,
// and with one it is stored, and a backlog over one connection.
func TestExampleForOperators(t *testing.T) {
	example, err := os.ReadFile("examples/nginx.conf")
	if err != nil {
		t.Fatal(err)
	}
	clients := newCA(t)
	s, p := serve(t, func(s *servers.Server, _ string) { servers.Nginx(s, string(example)) }, "", clients)
	s.Folder("data/v1/usage/acme")
	p.fails(t, nil, "503 Service Unavailable", "the problem is at the collection point")
	if err := p.send(t, clients, document); err != nil {
		t.Errorf("got %v, want accepted", err)
	}
	if _, err := os.Stat(s.Path("data/v1/usage/acme/" + id)); err != nil {
		t.Error(err)
	}
	p.sendsBacklog(t, clients, s)
}

// S17, S20: a real proxy, Squid, answers as the stand-in for a proxy does.
func TestRealProxy(t *testing.T) {
	point, err := collectionpoint.Start(collectionpoint.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer point.Close()
	_, port, _ := net.SplitHostPort(point.Address())
	s := servers.New(t)
	servers.Squid(s, port, "kestrel:$apr1$kestrel1$eCWni8hTgJtCFzQypCJqu0\n") // with the password hollow:88
	for _, c := range []struct{ host, port, credentials, want, hint string }{
		{"localhost", port, "",
			"407 Proxy Authentication Required from the proxy: it requires a user name and a password",
			"proxy.credentials"},
		{"localhost", port, "kestrel:other", "it rejected the user name and password", "proxy.credentials"},
		{"localhost", "8443", "kestrel:hollow:88",
			"403 Forbidden from the proxy: it does not allow connections to the collection point",
			"allow"},
		{"nowhere.invalid", port, "kestrel:hollow:88",
			"500 Internal Server Error from the proxy: it cannot reach the collection point",
			"resolves"},
		{"localhost", port, "kestrel:hollow:88", "", ""},
	} {
		config := Config{Host: c.host, Product: "acme", Roots: point.CA.Pool(), Proxy: s.Address(),
			DialContext: (&net.Dialer{}).DialContext}
		config.Port, _ = strconv.Atoi(c.port)
		if c.credentials != "" {
			config.ProxyCredentials = credentials(c.credentials)
		}
		if err := send(t, config); c.want != "" {
			wantError(t, err, c.want, c.hint)
		} else if err != nil || len(point.Received()) != 1 {
			t.Errorf("got %v, %d documents, want it accepted", err, len(point.Received()))
		}
	}
}
