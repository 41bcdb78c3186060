// Command floor is the cheapest program on the same libraries that does what every such program
// must do once an hour. `make bench` measures the host against it. It starts a plugin by go-plugin
// with mutual TLS, which reads the machine with gopsutil and returns some 8 KB of JSON; it replaces
// each text by its HMAC, writes one file durably, and uploads the file over TLS. It checks nothing,
// confines nothing and remembers nothing, and no code of the product is in it.
//
//	floor -url https://127.0.0.1:4443/v1/usage/floor/1 -ca ca.pem -out FILE [-p256]
//
// With -p256 both sides take keys of P-256 instead of go-plugin's.
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
)

var handshake = plugin.HandshakeConfig{ProtocolVersion: 1, MagicCookieKey: "FLOOR", MagicCookieValue: "plugin"}

// p256 is set in the plugin's environment to ask it for a key of P-256.
const p256 = "FLOOR_P256"

func main() {
	if os.Getenv(handshake.MagicCookieKey) != "" {
		serve()
		return
	}
	var o order
	flag.StringVar(&o.url, "url", "", "the `address` to upload to")
	flag.StringVar(&o.ca, "ca", "", "`file` with the authority of that address")
	flag.StringVar(&o.out, "out", "", "the `file` to write")
	flag.BoolVar(&o.p256, "p256", false, "keys of P-256 between host and plugin")
	flag.Parse()
	if err := o.run(); err != nil {
		fmt.Fprintln(os.Stderr, "floor:", err)
		os.Exit(1)
	}
}

type order struct {
	url, ca, out string
	p256         bool
}

func (o order) run() error {
	values, err := o.collect()
	if err != nil {
		return err
	}
	key := make([]byte, sha256.Size)
	_, _ = rand.Read(key)
	body, err := json.Marshal(pseudonymize(key, values))
	if err != nil {
		return err
	}
	if err := write(o.out, body); err != nil {
		return err
	}
	return o.upload(body)
}

// collect starts the plugin, calls it once and stops it.
func (o order) collect() (values any, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	config := &plugin.ClientConfig{HandshakeConfig: handshake, Plugins: plugins(nil),
		Cmd: exec.Command(self), AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		AutoMTLS: !o.p256, Logger: hclog.NewNullLogger()}
	if o.p256 {
		own, shown, err := certificate()
		if err != nil {
			return nil, err
		}
		config.Cmd.Env = append(os.Environ(), p256+"=1", "PLUGIN_CLIENT_CERT="+string(shown))
		config.TLSConfig = &tls.Config{Certificates: []tls.Certificate{own}, ServerName: "localhost",
			MinVersion: tls.VersionTLS12}
	}
	client := plugin.NewClient(config)
	defer client.Kill()
	protocol, err := client.Client()
	if err != nil {
		return nil, err
	}
	raw, err := protocol.Dispense(name)
	if err != nil {
		return nil, err
	}
	text, err := raw.(collector).collect(context.Background())
	if err != nil {
		return nil, err
	}
	return values, json.Unmarshal(text, &values)
}

// pseudonymize replaces each text by its HMAC.
func pseudonymize(key []byte, value any) any {
	switch value := value.(type) {
	case string:
		mac := hmac.New(sha256.New, key)
		_, _ = io.WriteString(mac, value)
		return hex.EncodeToString(mac.Sum(nil)[:8])
	case []any:
		for i := range value {
			value[i] = pseudonymize(key, value[i])
		}
	case map[string]any:
		for name := range value {
			value[name] = pseudonymize(key, value[name])
		}
	}
	return value
}

// write writes the file so that it survives a power cut.
func write(path string, content []byte) error {
	f, err := os.Create(path + ".new")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err := errors.Join(err, f.Sync(), f.Close(), os.Rename(f.Name(), path)); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

func (o order) upload(body []byte) error {
	authorities, err := os.ReadFile(o.ca)
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authorities)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err = z.Write(body)
	if err := errors.Join(err, z.Close()); err != nil {
		return err
	}
	request, err := http.NewRequest(http.MethodPut, o.url, &packed)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(packed.Bytes())
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Content-Encoding", "gzip")
	request.Header.Set("Content-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(sum[:])+":")
	client := http.Client{Timeout: time.Minute, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots,
		MinVersion: tls.VersionTLS12}}}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusCreated {
		return fmt.Errorf("the collection point answered %d", response.StatusCode)
	}
	return nil
}

// certificate returns a self-signed one of P-256, and its PEM.
func certificate() (own tls.Certificate, shown []byte, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return own, nil, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().Add(time.Hour),
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
		IsCA:        true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	own = tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	return own, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), err
}
