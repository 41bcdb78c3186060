package broken

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"

	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/test/shelf/misbehave"
)

func inTheHandshake() []own {
	return []own{
		breaks("handstarted", "serves whoever starts it, without the cookie", "handshake.cookie", handStarted),
		breaks("newestonly", "takes the newest version that is offered, whether it speaks it or not",
			"handshake.offer", newestOnly),
		breaks("anybody", "talks to clients without the host's certificate", "handshake.client", anybody),
		breaks("unhealthy", "says of itself that it does not serve", "handshake.health", unhealthy),
		breaks("slowstarter", "takes four seconds to shake hands", "handshake.soon", slowStarter),
	}
}

// handStarted puts the cookie there itself.
func handStarted() {
	if err := os.Setenv(wire.Handshake.MagicCookieKey, wire.Handshake.MagicCookieValue); err != nil {
		os.Exit(1)
	}
	(&server{}).serve()
}

// printing serves as usual, and changes the line before it goes out.
func printing(change func(line string) string) {
	out := os.Stdout
	reader, writer, err := os.Pipe()
	if err != nil {
		os.Exit(1)
	}
	os.Stdout = writer
	go func() {
		line, err := bufio.NewReader(reader).ReadString('\n')
		if err == nil {
			fmt.Fprint(out, change(line))
		}
	}()
	(&server{}).serve()
}

func newestOnly() {
	offered := os.Getenv("PLUGIN_PROTOCOL_VERSIONS")
	printing(func(line string) string {
		if offered == "1" {
			return line
		}
		return "1|99" + line[len("1|1"):]
	})
}

// anybody listens by itself: with its own certificate, and without checking the client's.
func anybody() {
	if os.Getenv(wire.Handshake.MagicCookieKey) == "" {
		os.Exit(1)
	}
	own := misbehave.Certificate()
	config := &tls.Config{Certificates: []tls.Certificate{own}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2"}}
	listener, err := net.Listen("unix", filepath.Join(os.Getenv(plugin.EnvUnixSocketDir), "anybody"))
	if err != nil {
		os.Exit(1)
	}
	s := grpc.NewServer()
	serving := health.NewServer()
	serving.SetServingStatus("plugin", grpc_health_v1.HealthCheckResponse_SERVING)
	grpc_health_v1.RegisterHealthServer(s, serving)
	if err := (&wire.Glue{Serve: &server{}}).GRPCServer(nil, s); err != nil {
		os.Exit(1)
	}
	s.RegisterService(stopping(s), struct{}{})
	fmt.Fprintf(os.Stdout, "1|1|unix|%s|grpc|%s\n", listener.Addr(),
		base64.RawStdEncoding.EncodeToString(own.Certificate[0]))
	go watchLifeline()
	_ = s.Serve(tls.NewListener(listener, config))
}

func stopping(s *grpc.Server) *grpc.ServiceDesc {
	return &grpc.ServiceDesc{ServiceName: "plugin.GRPCController", HandlerType: (*any)(nil), Methods: []grpc.MethodDesc{{
		MethodName: "Shutdown",
		Handler: func(any, context.Context, func(any) error, grpc.UnaryServerInterceptor) (any, error) {
			go s.Stop()
			return nil, context.Canceled
		},
	}}}
}

func unhealthy() {
	(&server{serving: func(options []grpc.ServerOption) *grpc.Server {
		return grpc.NewServer(append(options, grpc.UnaryInterceptor(refuseHealth))...)
	}}).serve()
}

func refuseHealth(ctx context.Context, request any, info *grpc.UnaryServerInfo,
	handler grpc.UnaryHandler) (any, error) {
	if info.FullMethod == grpc_health_v1.Health_Check_FullMethodName {
		return &grpc_health_v1.HealthCheckResponse{Status: grpc_health_v1.HealthCheckResponse_NOT_SERVING}, nil
	}
	return handler(ctx, request)
}

func slowStarter() {
	<-time.After(4 * time.Second)
	(&server{}).serve()
}
