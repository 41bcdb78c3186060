package shelf

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/goplugin"
)

// inTheHandshake returns plugins that fail before the host can call, or because of the handshake's
// result.
func inTheHandshake() []Plugin {
	return []Plugin{
		breaks("chatters", "prints before its handshake", "handshake.first",
			func() { fmt.Fprintln(stdout, "hello from", Name); (&server{}).serve() }).
			host(Refused, "its first line on standard output is not the handshake").quick(),
		breaks("floodsout", "floods standard output without a newline, before its handshake", "handshake.first",
			func() { flood(stdout, strings.Repeat("x", 1<<16), lifetime) }).
			host(Refused, "its first line on standard output is not the handshake").alone(),
		breaks("mute", "never completes the handshake", "handshake.prompt", forever).
			host(Refused, "took too long").late(),
		breaks("halfline", "prints half a handshake and waits", "handshake.prompt",
			func() { fmt.Fprint(stdout, "1|1|unix|"); forever() }).host(Refused, "took too long").late(),
		breaks("stopsearly", "is stopped by SIGSTOP before its handshake", "handshake.prompt",
			func() { signalSelf(syscall.SIGSTOP) }).host(Refused, "took too long").late(),
		breaks("exits", "exits at once", "handshake.prompt",
			func() { fmt.Fprintln(stderr, Name, "is gone"); os.Exit(3) }).
			host(Refused, "the plugin ended before the handshake: exit status 3").quick(),
		breaks("crashes", "panics at once", "handshake.prompt", func() { panic(Name + " is gone") }).
			host(Refused, "the plugin ended before the handshake: exit status 2").quick(),
		breaks("futureapp", "speaks only a later version of the plugin protocol", "handshake.version", speaksLater).
			host(Refused, "it speaks version 99 of the plugin protocol, this host version 1").quick(),
		breaks("handstarted", "serves whoever starts it, without the cookie", "handshake.cookie", handStarted),
		breaks("newestonly", "takes the newest version that is offered, whether it speaks it or not",
			"handshake.offer", newestOnly),
		breaks("oneofferonly", "exits if several versions are offered", "handshake.offer", oneOfferOnly),
		breaks("unhealthy", "says of itself that it does not serve", "handshake.health", unhealthy),
		breaks("healthless", "has no health service", "handshake.health", answersHealth(codes.Unimplemented)),
		breaks("healthfails", "says of its health service that it is unavailable", "handshake.health",
			answersHealth(codes.Unavailable)),
		breaks("healthhangs", "does not answer its health service", "handshake.health",
			(&server{serving: answering(grpc_health_v1.Health_Check_FullMethodName,
				func(context.Context) (any, error) { forever(); return nil, nil })}).serve),
		breaks("killedearly", "is killed before its handshake", "handshake.prompt",
			func() { fmt.Fprintln(stderr, "reading the settings"); signalSelf(syscall.SIGKILL) }).
			host(Refused, "the plugin ended before the handshake: signal: killed").quick(),
		breaks("longline", "prints a handshake of 100 KiB", "handshake.first", printed(func(line string) string {
			return strings.TrimSuffix(line, "\n") + strings.Repeat("A", 100<<10) + "\n"
		})),
		breaks("nulline", "prints a NUL in its handshake", "handshake.first",
			printed(func(line string) string { return strings.Replace(line, "unix", "unix\x00", 1) })),
		breaks("carriage", "ends its handshake with carriage return and line feed", "handshake.first",
			printed(func(line string) string { return strings.TrimSuffix(line, "\n") + "\r\n" })),
		breaks("wideline", "prints its handshake in UTF-16", "handshake.first", printed(func(line string) string {
			return "\xff\xfe" + strings.Join(strings.Split(line, ""), "\x00") + "\x00"
		})),
		breaks("emptyline", "prints an empty line before its handshake", "handshake.first",
			printed(func(line string) string { return "\n" + line })),
		breaks("grpcincapitals", "names its protocol gRPC in its handshake, and speaks it", "handshake.grpc",
			printed(func(line string) string { return strings.Replace(line, "|grpc|", "|gRPC|", 1) })),
		breaks("linetwice", "prints its handshake twice", "logs.stdout",
			printed(func(line string) string { return line + line })),
		breaks("slowstarter", "takes four seconds to complete the handshake", "handshake.soon",
			func() { <-time.After(4 * time.Second); (&server{}).serve() }),
	}
}

func speaksLater() {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig:  goplugin.Handshake,
		VersionedPlugins: map[int]plugin.PluginSet{99: {goplugin.Name: &goplugin.Glue{Serve: &server{}}}},
		GRPCServer:       plugin.DefaultGRPCServer,
	})
}

// handStarted sets the cookie itself.
func handStarted() {
	if err := os.Setenv(wire.Handshake.MagicCookieKey, wire.Handshake.MagicCookieValue); err != nil {
		os.Exit(1)
	}
	(&server{}).serve()
}

// printing serves as usual, and changes the line before it is printed.
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

// printed returns a plugin that does the same.
func printed(change func(line string) string) life { return func() { printing(change) } }

func answersHealth(code codes.Code) life {
	return (&server{serving: answering(grpc_health_v1.Health_Check_FullMethodName,
		func(context.Context) (any, error) { return nil, status.Error(code, "no health for "+Name) })}).serve
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

func oneOfferOnly() {
	if os.Getenv("PLUGIN_PROTOCOL_VERSIONS") != "1" {
		os.Exit(3)
	}
	(&server{}).serve()
}

func unhealthy() {
	sick := &grpc_health_v1.HealthCheckResponse{Status: grpc_health_v1.HealthCheckResponse_NOT_SERVING}
	(&server{serving: answering(grpc_health_v1.Health_Check_FullMethodName,
		func(context.Context) (any, error) { return sick, nil })}).serve()
}
