package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/shirou/gopsutil/v3/cpu"
	"github.com/shirou/gopsutil/v3/disk"
	"github.com/shirou/gopsutil/v3/host"
	"github.com/shirou/gopsutil/v3/load"
	"github.com/shirou/gopsutil/v3/mem"
	"github.com/shirou/gopsutil/v3/net"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// name is that of the plugin; method is its only one, which returns JSON.
const (
	name   = "floor"
	method = "/floor.Plugin/Collect"
)

// grpcPlugin joins go-plugin and gRPC; collect is nil in the host.
type grpcPlugin struct {
	plugin.NetRPCUnsupportedPlugin
	collect func() ([]byte, error)
}

func plugins(collect func() ([]byte, error)) plugin.PluginSet {
	return plugin.PluginSet{name: &grpcPlugin{collect: collect}}
}

// GRPCServer registers the plugin's method.
func (p *grpcPlugin) GRPCServer(_ *plugin.GRPCBroker, s *grpc.Server) error {
	s.RegisterService(&grpc.ServiceDesc{ServiceName: "floor.Plugin", HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{{MethodName: "Collect",
			Handler: func(any, context.Context, func(any) error, grpc.UnaryServerInterceptor) (any, error) {
				text, err := p.collect()
				return wrapperspb.Bytes(text), err
			}}}}, nil)
	return nil
}

// GRPCClient returns a collector.
func (p *grpcPlugin) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, c *grpc.ClientConn) (any, error) {
	return collector{c}, nil
}

type collector struct{ conn *grpc.ClientConn }

func (c collector) collect(ctx context.Context) ([]byte, error) {
	var answer wrapperspb.BytesValue
	err := c.conn.Invoke(ctx, method, &emptypb.Empty{}, &answer)
	return answer.GetValue(), err
}

// serve runs as the plugin.
func serve() {
	config := &plugin.ServeConfig{HandshakeConfig: handshake, Plugins: plugins(measure),
		GRPCServer: plugin.DefaultGRPCServer, Logger: hclog.NewNullLogger()}
	if os.Getenv(p256) != "" {
		if err := ownKey(config); err != nil {
			os.Exit(1)
		}
	}
	plugin.Serve(config)
}

// ownKey gives the plugin a key of P-256, and puts its certificate into the handshake line, where
// go-plugin shows only certificates that it made itself.
func ownKey(config *plugin.ServeConfig) error {
	own, _, err := certificate()
	if err != nil {
		return err
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM([]byte(os.Getenv("PLUGIN_CLIENT_CERT")))
	config.TLSProvider = func() (*tls.Config, error) {
		return &tls.Config{Certificates: []tls.Certificate{own}, ClientAuth: tls.RequireAndVerifyClientCert,
			ClientCAs: trusted, MinVersion: tls.VersionTLS12}, nil
	}
	printed, stdout, err := os.Pipe()
	if err != nil {
		return err
	}
	outer := os.Stdout
	os.Stdout = stdout
	go func() {
		line, _ := bufio.NewReader(printed).ReadString('\n')
		line = strings.TrimSpace(line) + base64.RawStdEncoding.EncodeToString(own.Certificate[0]) + "\n"
		_, _ = io.WriteString(outer, line)
	}()
	return nil
}

// documentSize is about that of a document, in bytes.
const documentSize = 8 << 10

// measure reads the machine, and repeats the result until it is as long as a document.
func measure() ([]byte, error) {
	times, err1 := cpu.Times(false)
	model, err2 := cpu.Info()
	memory, err3 := mem.VirtualMemory()
	swap, err4 := mem.SwapMemory()
	average, err5 := load.Avg()
	partitions, err6 := disk.Partitions(false)
	system, err7 := host.Info()
	interfaces, err8 := net.Interfaces()
	counters, err9 := net.IOCounters(false)
	one := map[string]any{"times": times, "memory": memory, "swap": swap, "load": average, "system": system,
		"counters": counters, "partitions": len(partitions), "interfaces": len(interfaces), "processors": len(model)}
	text, err := json.Marshal(one)
	if err := errors.Join(err, err1, err2, err3, err4, err5, err6, err7, err8, err9); err != nil {
		return nil, err
	}
	all := []json.RawMessage{text}
	for size := len(text); size < documentSize; size += len(text) {
		all = append(all, text)
	}
	return json.Marshal(all)
}
