package frontdoor

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"polycom.com/usagedata/core/wire"
)

// Line is the handshake line, field by field, as it was printed.
type Line struct {
	Fields      int
	Core, App   int // -1 if not a number
	Network     string
	Address     string
	Protocol    string
	Certificate string
}

// ReadLine splits a text into the fields of a [Line] without judging them.
func ReadLine(text []byte) Line {
	parts := strings.Split(strings.TrimSpace(string(text)), "|")
	l := Line{Fields: len(parts), Core: -1, App: -1}
	into := []func(string){
		func(s string) { l.Core = number(s) }, func(s string) { l.App = number(s) },
		func(s string) { l.Network = s }, func(s string) { l.Address = s },
		func(s string) { l.Protocol = s }, func(s string) { l.Certificate = s },
	}
	for i, part := range parts[:min(len(parts), len(into))] {
		into[i](part)
	}
	return l
}

func number(s string) int {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return -1
	}
	return int(n)
}

// Within reports whether the line names a unix socket in the folder.
func (l Line) Within(folder string) bool {
	return l.Network == "unix" && filepath.Dir(filepath.Clean(l.Address)) == folder
}

// maxPath is the longest path of a unix socket, in bytes.
const maxPath = 107

// SocketFault describes why the socket that the line names cannot be a plugin's, or returns "". The
// text quotes the line.
func (p *Plugin) SocketFault(l Line) string {
	if l.Network != "unix" {
		return fmt.Sprintf("its line names the network %q, not unix", l.Network)
	}
	if !l.Within(p.Folder) {
		return fmt.Sprintf("its line names the path %q, which is not in its folder", l.Address)
	}
	if len(l.Address) > maxPath {
		return fmt.Sprintf("the path of its socket has %d bytes, the system allows %d", len(l.Address), maxPath)
	}
	info, err := os.Lstat(l.Address)
	if err != nil {
		return fmt.Sprintf("there is no file at the path that its line names, %q", l.Address)
	}
	if info.Mode().Type() != os.ModeSocket {
		return fmt.Sprintf("the file at the path that its line names, %q, is not a socket", l.Address)
	}
	return ""
}

// LineFault describes why the first line on standard output cannot be a handshake, whatever its
// fields say, or returns "".
func (p *Plugin) LineFault() string {
	kept, _ := p.out.text()
	line, _, whole := bytes.Cut(kept, []byte("\n"))
	return lineFault(line, whole)
}

func lineFault(line []byte, whole bool) string {
	if !whole {
		return fmt.Sprintf("it has more than %d bytes", maxFirst)
	}
	if len(line) == 0 {
		return "it is empty"
	}
	if trimmed := bytes.TrimSpace(line); len(trimmed) < len(line) {
		return fmt.Sprintf("it begins or ends with white space: %q",
			bytes.Replace(line, trimmed, []byte("…"), 1))
	}
	for at, r := range string(line) {
		if r == utf8.RuneError || unicode.IsControl(r) {
			return fmt.Sprintf("its byte %d is %#02x: it must be text in UTF-8 without control characters", at+1,
				line[at])
		}
	}
	return ""
}

// CertificateFault describes why the line shows no certificate, or returns "".
func (l Line) CertificateFault() string {
	if l.Certificate == "" {
		return "the line has no certificate"
	}
	if _, err := l.certificate(); err != nil {
		return err.Error()
	}
	return ""
}

func (l Line) certificate() (*x509.Certificate, error) {
	der, err := base64.RawStdEncoding.DecodeString(l.Certificate)
	if err != nil {
		return nil, errors.New("the certificate in its line is not base64 without padding")
	}
	shown, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, errors.New("the certificate in its line cannot be parsed")
	}
	return shown, nil
}

// clientTLS returns the client's side of mutual TLS, which trusts only the certificate of the line.
func clientTLS(own tls.Certificate, l Line) (*tls.Config, error) {
	shown, err := l.certificate()
	if err != nil {
		return nil, err
	}
	config := wire.HostTLS(own)
	config.RootCAs.AddCert(shown)
	return config, nil
}
