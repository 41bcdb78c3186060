package sdktest

import (
	"bytes"
	"context"
	"net"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"

	"polycom.com/usagedata/core/wire/pluginpb"
)

// inProcess serves a plugin over an in-memory connection, and returns the host's side of it.
func inProcess(plugin pluginpb.PluginServer) (client pluginpb.PluginClient, stop func(), err error) {
	listener := bufconn.Listen(64 << 10)
	server := grpc.NewServer()
	pluginpb.RegisterPluginServer(server, plugin)
	go func() { _ = server.Serve(listener) }() // ends with stop
	conn, err := grpc.NewClient("passthrough:plugin",
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn,
			error) {
			return listener.DialContext(ctx)
		}),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		server.Stop()
		return nil, nil, err
	}
	stop = func() {
		_ = conn.Close()
		server.Stop()
	}
	return pluginpb.NewPluginClient(conn), stop, nil
}

// lines is a log that may be written concurrently.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
