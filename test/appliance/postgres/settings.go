package postgres

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"os/user"
	"strings"
)

// settings make the server fast and its figures predictable; nothing has to survive a crash.
func settings(withTLS bool) string {
	ssl := "off"
	if withTLS {
		ssl = "on"
	}
	return `listen_addresses = '127.0.0.1'
max_connections = 40
shared_buffers = 16MB
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
max_wal_senders = 4
deadlock_timeout = 20ms
logging_collector = off
log_min_messages = warning
log_connections = on
cluster_name = ''
ssl = ` + ssl + `
ssl_cert_file = 'server.crt'
ssl_key_file = 'server.key'
`
}

// identMapName is the name of the server's map of system users.
const identMapName = "people"

// hbaRules returns the rules for logging in: by password, and for one role as the system user that
// runs the tests.
func (c *Cluster) hbaRules(withTLS bool) string {
	host := "host"
	if withTLS {
		host = "hostssl"
	}
	return fmt.Sprintf(`local all %q peer map=%s
local all,replication all scram-sha-256
%s all,replication all 127.0.0.1/32 scram-sha-256
`, c.names.peerUser.name, identMapName, host)
}

func (c *Cluster) identMap() string {
	who, err := user.Current()
	if err != nil {
		return "" // this login is impossible
	}
	return fmt.Sprintf("%s %q %q\n", identMapName, who.Username, c.names.peerUser.name)
}

// writeCertificate writes the certificate and its key to the server's folder.
func (c *Cluster) writeCertificate(config Config) error {
	if config.CA == nil {
		return nil
	}
	c.ca = config.CA
	hosts := config.Hosts
	if len(hosts) == 0 {
		hosts = []string{"127.0.0.1", "::1", "localhost"}
	}
	certificate := config.Certificate
	if certificate == nil {
		issued, err := config.CA.Issue(hosts...)
		if err != nil {
			return err
		}
		certificate = &issued
	}
	var chain strings.Builder
	for _, der := range certificate.Certificate {
		chain.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	}
	key, err := x509.MarshalPKCS8PrivateKey(certificate.PrivateKey)
	if err != nil {
		return err
	}
	if err := c.write("data/server.crt", chain.String()); err != nil {
		return err
	}
	return c.write("data/server.key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})))
}

// Sources writes the credentials of the read-only role into dir and returns the settings under
// sources.database. The unix socket can replace the address: [Cluster].Socket.
func (c *Cluster) Sources(dir string) (map[string]any, error) {
	credentials := dir + "/database-credentials"
	if err := os.WriteFile(credentials, []byte(c.names.reader.name+":"+c.names.reader.password+"\n"),
		0o600); err != nil {
		return nil, fmt.Errorf("write credentials: %w", err)
	}
	sources := map[string]any{
		"address": fmt.Sprintf("127.0.0.1:%d", c.Port), "name": c.names.database, "credentials": credentials,
	}
	if c.ca == nil {
		return sources, nil
	}
	sources["ca"] = dir + "/database-ca.pem"
	if err := os.WriteFile(dir+"/database-ca.pem", c.ca.PEM(), 0o600); err != nil {
		return nil, fmt.Errorf("write authority: %w", err)
	}
	return sources, nil
}
