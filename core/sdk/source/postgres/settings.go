package postgres

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"polycom.com/usagedata/core/sdk"
)

// settings holds the administrator's settings under sources.database.
type settings struct {
	Address     string `json:"address"`     // HOST:PORT
	Socket      string `json:"socket"`      // directory of the Unix socket, below the root
	Name        string `json:"name"`        // of the database
	Credentials string `json:"credentials"` // file with one line, USER:PASSWORD, not readable by every user
	CA          string `json:"ca"`          // file with PEM certificates; empty: the system's
	ServerName  string `json:"server_name"` // name in the certificate if it differs from the address
	Path        string `json:"path"`        // directory whose size is reported if there is no server
}

// target holds everything that is needed to connect.
type target struct {
	host           string // name, address, or absolute path of the socket's directory
	port           uint16 // 0: the port of the socket in the directory
	name           string
	user, password string
	tls            *tls.Config // nil: no TLS, on this machine only
}

func (s settings) hasServer() bool { return s.Address != "" || s.Socket != "" }

func (s settings) target(env sdk.Env) (t target, err error) {
	switch {
	case s.Address != "" && s.Socket != "":
		return t, errors.New("both address and socket are given")
	case s.Name == "":
		return t, errors.New("name: no database is given")
	}
	t.name = s.Name
	if t.user, t.password, err = sdk.Credentials(s.Credentials); err != nil {
		return t, fmt.Errorf("credentials: %w", err)
	}
	if s.Socket != "" {
		t.host = env.Path(s.Socket)
		return t, nil
	}
	if t.host, t.port, err = split(s.Address); err != nil {
		return t, fmt.Errorf("address: %w", err)
	}
	if t.tls, err = s.protection(t.host); err != nil {
		return t, fmt.Errorf("certificate authority: %w", err)
	}
	return t, nil
}

func split(address string) (host string, port uint16, err error) {
	host, text, err := net.SplitHostPort(address)
	number, wrong := strconv.ParseUint(text, 10, 16)
	if err != nil || wrong != nil || number == 0 || host == "" || strings.HasPrefix(host, "/") {
		return "", 0, errors.New("must be HOST:PORT")
	}
	return host, uint16(number), nil
}

// protection returns the TLS configuration. It returns nil for a server on this machine, unless the
// administrator configured a certificate to verify.
func (s settings) protection(host string) (*tls.Config, error) {
	if local(host) && s.CA == "" && s.ServerName == "" {
		return nil, nil
	}
	trusted, err := sdk.CertPool(s.CA)
	if err != nil {
		return nil, err
	}
	name := s.ServerName
	if name == "" {
		name = host
	}
	return &tls.Config{RootCAs: trusted, ServerName: name, MinVersion: tls.VersionTLS12}, nil
}

const localhost = "localhost"

func local(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == localhost || err == nil && address.Unmap().IsLoopback()
}
