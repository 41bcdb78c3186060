package shelf

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/protobuf/encoding/protowire"

	"polycom.com/usagedata/core/protection"
	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// withoutTheLibrary returns plugins that implement the handshake themselves, with one fault.
func withoutTheLibrary() []Plugin {
	const nowhere = "listens outside its socket folder|the plugin ended|handshake is not valid"
	return []Plugin{
		breaks("oldcore", "uses another version of go-plugin's handshake", "handshake.core",
			func() { listen().shake(2, "unix", "grpc"); forever() }).
			host(Refused, "version 2 of go-plugin's handshake").quick(),
		breaks("netrpc", "speaks net/rpc", "handshake.grpc", func() { listen().shake(1, "unix", "netrpc"); forever() }).
			host(Refused, "it does not speak gRPC").quick(),
		breaks("elsewhere", "listens on TCP", "handshake.socket",
			func() {
				listenOn("tcp", "127.0.0.1:0").shake(1, "tcp", "grpc")
				forever()
			}).host(Refused, nowhere).quick(),
		breaks("otherfolder", "listens in another folder than its own", "handshake.socket", func() {
			listenOn("unix", filepath.Join(appliance(), "root", "s")).shake(1, "unix", "grpc")
			forever()
		}).host(Refused, nowhere).needs(protection.Files),
		breaks("deaf", "listens and never accepts", "handshake.tls",
			func() { listen().shake(1, "unix", "grpc"); forever() }).host(Refused, tooLate).late(),
		breaks("deafinside", "accepts and never answers", "handshake.tls", deafInside).host(Refused, tooLate).late(),
		breaks("plaintext", "speaks without TLS", "handshake.certificate", plaintext).
			host(Refused, "it sent no certificate").quick(),
		breaks("othercertificate", "shows one certificate and uses another", "handshake.tls", otherCertificate).
			host(Refused, "Unavailable|"+tooLate).late(),
		breaks("nosocket", "names a socket that is not there", "handshake.socket", func() {
			b := listen()
			b.at += "2"
			b.shake(1, "unix", "grpc")
			forever()
		}),
		breaks("padded", "shows its certificate with padding", "handshake.certificate", func() {
			b := listen()
			fmt.Fprintf(stdout, "1|1|unix|%s|grpc|%s==\n", b.at, b.shown())
			b.serve(&server{}, nil)
		}),
		breaks("exitsafterline", "exits after its handshake", "handshake.tls", func() {
			listen().shake(1, "unix", "grpc")
			fmt.Fprintln(stderr, "no licence for", Name)
			os.Exit(1)
		}),
		breaks("answershttp", "speaks HTTP/1 without TLS", "handshake.tls",
			answersBytes("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")),
		breaks("alerts", "ends the TLS handshake with an alert", "handshake.tls",
			answersBytes("\x15\x03\x03\x00\x02\x02\x28")),
		breaks("anybody", "talks to clients without the host's certificate", "handshake.client", anybody),
		unchecked("floodsbroker", "floods go-plugin's broker with a million offers",
			"it floods who asks go-plugin's broker: no host does, and the suite neither", floodsBroker).
			host(Whole, "").late().alone(),
	}
}

// bare is a plugin that listens, with its own certificate.
type bare struct {
	listener net.Listener
	at       string // its address, as the line names it
	own      tls.Certificate
	clients  tls.ClientAuthType
}

func listen() *bare { return listenOn("unix", filepath.Join(os.Getenv(plugin.EnvUnixSocketDir), "s")) }

func listenOn(network, address string) *bare {
	if os.Getenv(wire.Handshake.MagicCookieKey) == "" {
		os.Exit(1)
	}
	listener, err := net.Listen(network, address)
	if err != nil {
		fmt.Fprintln(stderr, "could not listen there")
		os.Exit(4)
	}
	return &bare{listener: listener, at: listener.Addr().String(), own: certificate(),
		clients: tls.RequireAndVerifyClientCert}
}

// shake prints the handshake's line.
func (b *bare) shake(core int, network, protocol string) {
	fmt.Fprintf(stdout, "%d|1|%s|%s|%s|%s\n", core, network, b.at, protocol, b.shown())
}

// shown returns the certificate as the line shows it.
func (b *bare) shown() string { return base64.RawStdEncoding.EncodeToString(b.own.Certificate[0]) }

// serve serves the plugin, with mutual TLS, and with more services if given.
func (b *bare) serve(is *server, more func(*grpc.Server)) {
	host := x509.NewCertPool()
	host.AppendCertsFromPEM([]byte(os.Getenv("PLUGIN_CLIENT_CERT")))
	config := &tls.Config{Certificates: []tls.Certificate{b.own}, ClientAuth: b.clients, ClientCAs: host,
		MinVersion: tls.VersionTLS12}
	s := passingServer([]grpc.ServerOption{grpc.Creds(credentials.NewTLS(config))})
	pluginpb.RegisterPluginServer(s, is)
	serving := health.NewServer()
	serving.SetServingStatus("plugin", grpc_health_v1.HealthCheckResponse_SERVING)
	grpc_health_v1.RegisterHealthServer(s, serving)
	s.RegisterService(&controller, b)
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

// answersBytes returns a plugin that answers each connection with these bytes, and closes it.
func answersBytes(text string) life {
	return func() {
		b := listen()
		b.shake(1, "unix", "grpc")
		for {
			conn, err := b.listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 1<<12))
			_, _ = conn.Write([]byte(text))
			conn.Close()
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
	b.own = certificate()
	b.serve(&server{}, nil)
}

func anybody() {
	b := listen()
	b.clients = tls.NoClientCert
	b.shake(1, "unix", "grpc")
	b.serve(&server{}, nil)
}

// controller is the service of go-plugin that shuts a plugin down.
var controller = grpc.ServiceDesc{
	ServiceName: "plugin.GRPCController", HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{{MethodName: "Shutdown", Handler: shutdown}},
}

func shutdown(b any, _ context.Context, _ func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	b.(*bare).listener.Close() // which removes the socket
	os.Exit(0)
	return nil, nil
}

// certificate returns a certificate for mutual TLS.
func certificate() tls.Certificate {
	own, err := wire.NewCertificate()
	if err != nil {
		panic(err)
	}
	return own
}

// floodsBroker offers a million connections to a host that listens to go-plugin's broker, and then
// sends its categories.
func floodsBroker() {
	o := &offers{begun: make(chan struct{}), made: make(chan struct{})}
	b := listen()
	b.shake(1, "unix", "grpc")
	b.serve(&server{collect: o.collect}, func(s *grpc.Server) { s.RegisterService(&broker, o) })
}

type offers struct{ begun, made chan struct{} }

// collect waits for the offers, if a host accepts them.
func (o *offers) collect(_ context.Context, _ *pluginpb.CollectRequest, _ stream, usual func() error) error {
	select {
	case <-o.begun:
		<-o.made
	case <-time.After(time.Second):
	}
	return usual()
}

var broker = grpc.ServiceDesc{
	ServiceName: "plugin.GRPCBroker", HandlerType: (*any)(nil),
	Streams: []grpc.StreamDesc{
		{StreamName: "StartStream", Handler: offerMany, ServerStreams: true, ClientStreams: true},
	},
}

func offerMany(service any, to grpc.ServerStream) error {
	o := service.(*offers)
	close(o.begun)
	defer close(o.made)
	for i := range uint64(1_000_000) {
		offer := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), i)
		if err := to.SendMsg(rawBytes(offer)); err != nil {
			return err
		}
	}
	return nil
}
