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

// settings are what the administrator gives under sources.database.
type settings struct {
	Address     string `json:"address"`     // HOST:PORT
	Socket      string `json:"socket"`      // folder of the unix socket, beneath the root
	Name        string `json:"name"`        // of the database
	Credentials string `json:"credentials"` // file of one line, USER:PASSWORD, not readable by everyone
	CA          string `json:"ca"`          // file of PEM certificates; empty: the system's
	ServerName  string `json:"server_name"` // the name in the certificate, where it is not the address's
	Path        string `json:"path"`        // folder whose size is reported where there is no server
}

// target is what is needed to connect.
type target struct {
	host           string // name, address, or absolute path of the folder of sockets
	port           uint16 // 0: the one that the folder has
	name           string
	user, password string
	tls            *tls.Config // nil: plain, on this machine only
}

func (s settings) hasServer() bool { return s.Address != "" || s.Socket != "" }

func (s settings) target(env sdk.Env) (t target, err error) {
	switch {
	case s.Address != "" && s.Socket != "":
		return t, errors.New("both address and socket are given")
	case s.Name == "":
		return t, errors.New("name: it is missing")
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
		return "", 0, errors.New("it is not HOST:PORT")
	}
	return host, uint16(number), nil
}

// protection is none on this machine, unless the administrator says what to verify.
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
