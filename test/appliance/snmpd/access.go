package snmpd

import (
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"github.com/gosnmp/gosnmp"
)

// Address returns the agent's HOST:PORT.
func (d *Daemon) Address() string { return d.address }

// User returns the user of version 3, with its passphrases for authentication and privacy; it is
// empty in version 2c.
func (d *Daemon) User() (name, authentication, privacy string) {
	return d.user, d.passphrases[0], d.passphrases[1]
}

// Canaries returns the secrets of this agent, which must not appear anywhere.
func (d *Daemon) Canaries() []string {
	if d.user == "" {
		return []string{d.community}
	}
	return []string{d.user, d.passphrases[0], d.passphrases[1]}
}

// Sources writes the files of secrets into a folder, and returns the settings under sources.snmp in
// config.yaml.
func (d *Daemon) Sources(folder string) (map[string]any, error) {
	if d.user == "" {
		path := filepath.Join(folder, "community")
		return map[string]any{"address": d.address, "community": path}, os.WriteFile(path, []byte(d.community+"\n"),
			0o600)
	}
	path := filepath.Join(folder, "passphrases")
	return map[string]any{
		"address": d.address, "version": "3", "user": d.user,
		"authentication": d.authentication, "privacy": d.privacy, "passphrases": path,
	}, os.WriteFile(path, []byte(d.passphrases[0]+"\n"+d.passphrases[1]+"\n"), 0o600)
}

// engineBoots is an object of the agent's own.
const engineBoots = "1.3.6.1.6.3.10.2.1.2.0"

// alive reports whether the agent answers a request.
func (d *Daemon) alive() bool {
	asked := d.client()
	if err := asked.Connect(); err != nil {
		return false
	}
	defer asked.Close()
	answer, err := asked.Get([]string{engineBoots})
	return err == nil && len(answer.Variables) == 1 && answer.Variables[0].Type == gosnmp.Integer
}

func (d *Daemon) client() *gosnmp.GoSNMP {
	at := netip.MustParseAddrPort(d.address) // the kernel gave us this address
	client := &gosnmp.GoSNMP{
		Target: at.Addr().String(), Port: at.Port(), Timeout: time.Second,
		Version: gosnmp.Version2c, Community: d.community,
	}
	if d.user != "" {
		client.Version, client.MsgFlags = gosnmp.Version3, gosnmp.AuthPriv
		client.SecurityModel = gosnmp.UserSecurityModel
		client.SecurityParameters = &gosnmp.UsmSecurityParameters{
			UserName:                 d.user,
			AuthenticationProtocol:   authenticationProtocols[d.authentication],
			AuthenticationPassphrase: d.passphrases[0],
			PrivacyProtocol:          privacyProtocols[d.privacy],
			PrivacyPassphrase:        d.passphrases[1],
		}
	}
	return client
}

var (
	authenticationProtocols = map[string]gosnmp.SnmpV3AuthProtocol{
		"sha": gosnmp.SHA, "sha256": gosnmp.SHA256, "sha384": gosnmp.SHA384, "sha512": gosnmp.SHA512,
	}
	privacyProtocols = map[string]gosnmp.SnmpV3PrivProtocol{
		"aes": gosnmp.AES, "aes192": gosnmp.AES192, "aes256": gosnmp.AES256,
	}
)
