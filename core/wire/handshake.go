package wire

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
)

// Oldest is the oldest version of the protocol that this host speaks; it speaks all versions from
// there to [Version]. Host and plugin agree on the newest that both know.
const Oldest = 1

// The parts of the handshake's line that belong to go-plugin: the version of its own handshake, and
// the only protocol that this one allows.
const (
	CoreVersion  = 1
	ProtocolName = "grpc"
)

// The reasons why a plugin's first line is not a handshake, in the host's words, because the line
// itself may hold anything.
var (
	errNoLine        = errors.New("its first line on standard output is not the handshake")
	errNoGRPC        = errors.New("it does not speak gRPC")
	errNoCertificate = errors.New("it sent no certificate: the connection must use mutual TLS")
	errCertificate   = errors.New("its certificate can't be read")
)

// Refusal describes the problem with the first line that a plugin printed, and returns nil if the
// line has this form:
//
//	1|APP-VERSION|unix|PATH|grpc|CERTIFICATE
func Refusal(line []byte) error {
	parts := bytes.Split(bytes.TrimSpace(line), []byte("|"))
	if len(parts) < 4 {
		return errNoLine
	}
	core, ok := version(parts[0])
	if !ok {
		return errNoLine
	}
	if core != CoreVersion {
		return fmt.Errorf("it uses version %d of go-plugin's handshake, this host version %d", core, CoreVersion)
	}
	app, ok := version(parts[1])
	if !ok {
		return errNoLine
	}
	if app < Oldest || app > Version {
		return fmt.Errorf("it speaks version %d of the plugin protocol, this host %s", app, spokenVersions())
	}
	if len(parts) < 5 || string(parts[4]) != ProtocolName {
		return errNoGRPC
	}
	return refuseCertificate(parts[5:])
}

func refuseCertificate(rest [][]byte) error {
	if len(rest) == 0 || len(rest[0]) == 0 {
		return errNoCertificate
	}
	der, err := base64.RawStdEncoding.DecodeString(string(rest[0]))
	if err != nil {
		return errCertificate
	}
	if _, err := x509.ParseCertificate(der); err != nil {
		return errCertificate
	}
	return nil
}

// version parses a number short enough to be shown.
func version(digits []byte) (int, bool) {
	n, err := strconv.ParseUint(string(digits), 10, 16)
	return int(n), err == nil
}

func spokenVersions() string {
	if Oldest == Version {
		return fmt.Sprintf("version %d", Version)
	}
	return fmt.Sprintf("versions %d to %d", Oldest, Version)
}
