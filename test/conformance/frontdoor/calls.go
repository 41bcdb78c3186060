package frontdoor

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/protobuf/types/known/emptypb"

	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// Limits of a host on an answer, in bytes, as documented in core/wire/README.md. The suite reads
// headers up to the library's own limit, to report their size. It does not announce a limit, as a
// host does, because a plugin's library would then break off the call itself.
const (
	maxMessage     = 1 << 20
	maxHeaders     = 64 << 10
	maxHeadersRead = 16 << 20
)

// Dial prepares the connection that the [Line] describes. The connection is established by the
// first call.
func (p *Plugin) Dial(line Line) error {
	config, err := clientTLS(p.own, line)
	if err != nil {
		return err
	}
	options := []grpc.DialOption{
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage)),
		grpc.WithStatsHandler(callWatcher{}),
		grpc.WithTransportCredentials(credentials.NewTLS(config)),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", line.Address)
		}),
	}
	p.conn, err = grpc.NewClient("passthrough:plugin", options...)
	if err != nil {
		return fmt.Errorf("connect to the plugin: %w", err)
	}
	p.client = pluginpb.NewPluginClient(p.conn)
	return nil
}

// Admits reports whether the plugin completes TLS with a client that presents another certificate,
// or no certificate.
func (p *Plugin) Admits(ctx context.Context, line Line, stranger bool) (bool, error) {
	config, err := clientTLS(p.own, line)
	if err != nil {
		return false, err
	}
	config.Certificates = nil
	if stranger {
		other, err := wire.NewCertificate()
		if err != nil {
			return false, err
		}
		config.Certificates = []tls.Certificate{other}
	}
	config.NextProtos = []string{"h2"}
	raw, err := (&net.Dialer{}).DialContext(ctx, "unix", line.Address)
	if err != nil {
		return false, fmt.Errorf("connect to the plugin: %w", err)
	}
	defer raw.Close()
	defer context.AfterFunc(ctx, func() { _ = raw.SetDeadline(time.Now()) })() // ends the read below
	conn := tls.Client(raw, config)
	if conn.HandshakeContext(ctx) != nil {
		return false, nil
	}
	// In TLS 1.3 the client's handshake completes before the server has verified the client's
	// certificate: only if the server sends data has it accepted the client.
	_, err = conn.Read(make([]byte, 1))
	return err == nil, nil
}

// Health calls the health service, under the service name that go-plugin uses. Its error is a
// [Failure], or says which status the service reports.
func (p *Plugin) Health(ctx context.Context) error {
	ctx, o, options := observing(ctx)
	answer, err := grpc_health_v1.NewHealthClient(p.conn).Check(ctx,
		&grpc_health_v1.HealthCheckRequest{Service: "plugin"}, options...)
	if err := o.failure(err); err != nil {
		return err
	}
	if is := answer.GetStatus(); is != grpc_health_v1.HealthCheckResponse_SERVING {
		return fmt.Errorf("its health service reports %s for plugin, not SERVING", is)
	}
	return nil
}

// Describe makes the first call, after [Plugin.Dial]. Its error is a [Failure].
func (p *Plugin) Describe(ctx context.Context, request *pluginpb.DescribeRequest) (*pluginpb.DescribeResponse, error) {
	ctx, o, options := observing(ctx)
	answer, err := p.client.Describe(ctx, request, options...)
	p.DescribeRepeats = o.scan.repeats
	if err := o.failure(err); err != nil {
		return nil, err
	}
	return answer, nil
}

// MaxSteps is the number of steps of a stream that are kept. Later steps are read and dropped, to
// see how the stream ends.
const MaxSteps = 1000

// Collected is one stream as [Plugin.Collect] received it.
type Collected struct {
	Steps []*pluginpb.CollectResponse // the first [MaxSteps]
	Count int
	Err   error // a [Failure]; nil if the stream ended without an error

	Repeats []Repeat
}

// Collect calls Collect once and reads the stream to its end.
func (p *Plugin) Collect(ctx context.Context, request *pluginpb.CollectRequest) (c Collected) {
	ctx, o, options := observing(ctx)
	defer func() { c.Err, c.Repeats = o.failure(c.Err), o.scan.repeats }()
	stream, err := p.client.Collect(ctx, request, options...)
	if err != nil {
		return Collected{Err: err}
	}
	for {
		step, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return c
		}
		if err != nil {
			c.Err = err
			return c
		}
		if c.Count++; len(c.Steps) < MaxSteps {
			c.Steps = append(c.Steps, step)
		}
	}
}

// Shutdown asks the plugin to exit, as go-plugin does. The connection may break before the answer
// arrives.
func (p *Plugin) Shutdown(ctx context.Context) error {
	return p.conn.Invoke(ctx, "/plugin.GRPCController/Shutdown", &emptypb.Empty{}, &emptypb.Empty{})
}
