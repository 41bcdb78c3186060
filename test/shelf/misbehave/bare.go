package misbehave

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"polycom.com/usagedata/core/wire/pluginpb"
)

// bareServers make their handshake by hand, one piece of it wrong.
func bareServers() map[string]life {
	return map[string]life{
		"oldcore":   func() { listen().shake(2, "unix", "grpc"); forever() },
		"netrpc":    func() { listen().shake(1, "unix", "netrpc"); forever() },
		"elsewhere": func() { listenOn("tcp", "127.0.0.1:0").shake(1, "tcp", "grpc"); forever() },
		"otherfolder": func() {
			listenOn("unix", filepath.Join(appliance(), "root", "s")).shake(1, "unix",
				"grpc")
			forever()
		},
		"deaf":             func() { listen().shake(1, "unix", "grpc"); forever() },
		"deafinside":       deafInside,
		"plaintext":        plaintext,
		"othercertificate": otherCertificate,
		"floodsbroker":     floodsBroker,
	}
}

// bare is a plugin that listens, with a certificate of its own.
type bare struct {
	listener net.Listener
	own      tls.Certificate
}

func listen() *bare { return listenOn("unix", filepath.Join(os.Getenv("PLUGIN_UNIX_SOCKET_DIR"), "s")) }

func listenOn(network, address string) *bare {
	listener, err := net.Listen(network, address)
	if err != nil {
		fmt.Fprintln(stderr, "could not listen there")
		os.Exit(4)
	}
	return &bare{listener: listener, own: Certificate()}
}

// shake prints the handshake's line.
func (b *bare) shake(core int, network, protocol string) {
	shown := base64.RawStdEncoding.EncodeToString(b.own.Certificate[0])
	fmt.Fprintf(stdout, "%d|1|%s|%s|%s|%s\n", core, network, b.listener.Addr(), protocol, shown)
}

// serve serves the plugin, with mutual TLS, and more where that is wanted.
func (b *bare) serve(is *server, more func(*grpc.Server)) {
	host := x509.NewCertPool()
	host.AppendCertsFromPEM([]byte(os.Getenv("PLUGIN_CLIENT_CERT")))
	config := &tls.Config{
		Certificates: []tls.Certificate{b.own}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: host,
		MinVersion: tls.VersionTLS12,
	}
	s := passingServer([]grpc.ServerOption{grpc.Creds(credentials.NewTLS(config))})
	pluginpb.RegisterPluginServer(s, is)
	s.RegisterService(&controller, endsProcess{})
	if more != nil {
		more(s)
	}
	_ = s.Serve(b.listener)
}

func deafInside() {
	b := listen()
	b.shake(1, "unix", "grpc")
	for {
		if _, err := b.listener.Accept(); err != nil {
			return
		}
	}
}

func plaintext() {
	b := listen()
	fmt.Fprintf(stdout, "1|1|unix|%s|grpc|\n", b.listener.Addr())
	s := grpc.NewServer()
	pluginpb.RegisterPluginServer(s, &server{})
	_ = s.Serve(b.listener)
}

func otherCertificate() {
	b := listen()
	b.shake(1, "unix", "grpc")
	b.own = Certificate()
	b.serve(&server{}, nil)
}

// controller is go-plugin's service by which it asks a plugin to end.
var controller = grpc.ServiceDesc{
	ServiceName: "plugin.GRPCController", HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{{MethodName: "Shutdown", Handler: shutdown}},
}

type endsProcess struct{}

func shutdown(any, context.Context, func(any) error, grpc.UnaryServerInterceptor) (any, error) {
	os.Exit(0)
	return nil, nil
}

// Certificate is what AutoMTLS asks for: self-signed, for localhost, good for both sides.
func Certificate() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "localhost"},
		DNSNames:  []string{"localhost"},
		NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
