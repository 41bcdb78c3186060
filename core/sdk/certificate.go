package sdk

import (
	"bufio"
	"crypto/tls"
	"io"
	"os"

	"polycom.com/usagedata/core/wire"
)

// ownCertificate returns the function by which go-plugin gets this plugin's side of mutual TLS, or
// nil if the host does not ask for it.
//
// go-plugin prints the handshake line, and shows only a certificate there that it made itself. So
// its line goes through a pipe, and gets our certificate on its way. Everything that is printed
// later passes unchanged, and the host discards and counts it as before.
func ownCertificate() (func() (*tls.Config, error), error) {
	host := os.Getenv(wire.ClientCertificate)
	if host == "" {
		return nil, nil
	}
	own, err := wire.NewCertificate()
	if err != nil {
		return nil, err
	}
	config, err := wire.PluginTLS(own, host)
	if err != nil {
		return nil, err
	}
	printed, stdout, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	handshake := os.Stdout
	os.Stdout = stdout
	go func() {
		lines := bufio.NewReader(printed)
		line, err := lines.ReadString('\n')
		if err == nil {
			line = wire.ShowCertificate(line, own)
		}
		_, _ = io.WriteString(handshake, line)
		_, _ = io.Copy(handshake, lines)
	}()
	return func() (*tls.Config, error) { return config, nil }, nil
}
