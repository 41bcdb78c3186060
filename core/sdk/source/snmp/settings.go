package snmp

import (
	"errors"
	"fmt"
	"net"
	"strconv"

	"github.com/gosnmp/gosnmp"
)

// settings holds the administrator's settings under sources.snmp.
type settings struct {
	Address string `json:"address"` // HOST:PORT
	Version string `json:"version"` // 2c or 3; empty: 2c

	Community string `json:"community"` // version 2c: file with one line, not readable by every user

	User           string `json:"user"`           // version 3, like all of the following
	Authentication string `json:"authentication"` // one of authentications; empty: sha256
	Privacy        string `json:"privacy"`        // one of privacies; empty: aes
	// file with two lines, for authentication and privacy, not readable by every user
	Passphrases string `json:"passphrases"`
}

// The algorithms of version 3. MD5 and DES are broken, and every agent supports a better one.
// Version 3 without authentication and privacy is not offered, because its messages could be read
// or forged.
var (
	authentications = map[string]gosnmp.SnmpV3AuthProtocol{
		"": gosnmp.SHA256, "sha": gosnmp.SHA, "sha256": gosnmp.SHA256, "sha384": gosnmp.SHA384, "sha512": gosnmp.SHA512,
	}
	privacies = map[string]gosnmp.SnmpV3PrivProtocol{
		"": gosnmp.AES, "aes": gosnmp.AES, "aes192": gosnmp.AES192, "aes256": gosnmp.AES256,
	}
)

const (
	minPassphrase = 8   // RFC 3414
	maxUser       = 32  // RFC 3414
	maxSecret     = 127 // the longest that the library encodes correctly
)

// session returns a session made from the settings.
func (s settings) session() (*session, error) {
	host, port, err := net.SplitHostPort(s.Address)
	if err != nil || host == "" {
		return nil, errors.New("address: must be HOST:PORT")
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number == 0 {
		return nil, errors.New("address: the port must be between 1 and 65535")
	}
	made := &session{host: host, port: uint16(number)}
	made.client = &gosnmp.GoSNMP{Timeout: requestTimeout, Retries: retries, MaxOids: maxAnswer,
		Version: gosnmp.Version2c}
	switch s.Version {
	case "", "2c":
		return made, s.version2(made.client)
	case "3":
		return made, s.version3(made.client)
	}
	return nil, errors.New(`version: must be 2c or "3"`)
}

func (s settings) version2(client *gosnmp.GoSNMP) error {
	if s.User != "" || s.Authentication != "" || s.Privacy != "" || s.Passphrases != "" {
		return errors.New(`user, authentication, privacy and passphrases: only for version "3"`)
	}
	lines, err := secrets(s.Community, 1)
	if err != nil {
		return fmt.Errorf("community: %w", err)
	}
	client.Community = lines[0]
	return nil
}

func (s settings) version3(client *gosnmp.GoSNMP) error {
	authentication, known := authentications[s.Authentication]
	privacy, alsoKnown := privacies[s.Privacy]
	switch {
	case s.Community != "":
		return errors.New("community: only for version 2c")
	case s.User == "" || len(s.User) > maxUser:
		return fmt.Errorf("user: must have 1 to %d bytes", maxUser)
	case !known:
		return errors.New("authentication: must be sha, sha256, sha384 or sha512")
	case !alsoKnown:
		return errors.New("privacy: must be aes, aes192 or aes256")
	}
	lines, err := secrets(s.Passphrases, 2)
	if err != nil {
		return fmt.Errorf("passphrases: %w", err)
	}
	if len(lines[0]) < minPassphrase || len(lines[1]) < minPassphrase {
		return fmt.Errorf("passphrases: each must have at least %d bytes", minPassphrase)
	}
	client.Version, client.MsgFlags, client.SecurityModel = gosnmp.Version3, gosnmp.AuthPriv, gosnmp.UserSecurityModel
	client.SecurityParameters = &gosnmp.UsmSecurityParameters{
		UserName:               s.User,
		AuthenticationProtocol: authentication, AuthenticationPassphrase: lines[0],
		PrivacyProtocol: privacy, PrivacyPassphrase: lines[1],
	}
	return nil
}
