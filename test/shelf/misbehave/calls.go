package misbehave

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"

	"google.golang.org/grpc"

	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/shelf"
)

// describing is a plugin whose Describe does that.
func describing(do func() (*pluginpb.DescribeResponse, error)) life {
	return func() {
		(&server{describe: func(context.Context) (*pluginpb.DescribeResponse, error) { return do() }}).serve()
	}
}

// collecting is a plugin that sends the first category well and then does that.
func collecting(then func(stream) error) life {
	return func() {
		(&server{collect: func(to stream) error {
			if err := sendAll(to, "first"); err != nil {
				return err
			}
			return then(to)
		}}).serve()
	}
}

// arrived is long enough for what was sent to reach the host.
func arrived() { <-time.After(300 * time.Millisecond) }

func calls() map[string]life {
	return map[string]life{
		"good":           (&server{}).serve,
		"panicsdescribe": describing(func() (*pluginpb.DescribeResponse, error) { panic(shelf.Name) }),
		"panicscollect":  collecting(func(stream) error { arrived(); panic(shelf.Name) }),
		"exitsdescribe":  describing(func() (*pluginpb.DescribeResponse, error) { os.Exit(5); return nil, nil }),
		"exitsmidstream": collecting(func(stream) error { arrived(); os.Exit(7); return nil }),
		"killed":         collecting(func(stream) error { arrived(); waitForSignal(); return nil }),
		"hangsdescribe":  describing(func() (*pluginpb.DescribeResponse, error) { forever(); return nil, nil }),
		"hangscollect":   collecting(func(stream) error { forever(); return nil }),
		"hangsstop":      hangsWhenStopped,
		"ignorescancel":  collecting(goOnSending),
		"stopped":        collecting(func(stream) error { arrived(); waitForSignal(); return nil }),
		"failsdescribe": describing(func() (*pluginpb.DescribeResponse, error) {
			return nil,
				errors.New(shelf.Name + " refused")
		}),
		"failscollect":  collecting(func(stream) error { return errors.New(shelf.Name + " refused") }),
		"emptydescribe": describing(func() (*pluginpb.DescribeResponse, error) { return &pluginpb.DescribeResponse{}, nil }),
		"otherproduct":  describing(func() (*pluginpb.DescribeResponse, error) { return described("other"), nil }),
	}
}

func goOnSending(to stream) error {
	signal.Ignore(syscall.SIGTERM, syscall.SIGINT)
	for {
		<-time.After(50 * time.Millisecond)
		_ = to.SetHeader(nil)
		if to.Context().Err() != nil {
			_ = sendAll(to, "second")
		}
	}
}

// hangsWhenStopped answers every call but go-plugin's request to end.
func hangsWhenStopped() {
	signal.Ignore(syscall.SIGTERM, syscall.SIGINT)
	(&server{grpc: func(options []grpc.ServerOption) *grpc.Server {
		return grpc.NewServer(append(options, grpc.UnaryInterceptor(hangInShutdown))...)
	}}).serve()
}

func hangInShutdown(ctx context.Context, request any, call *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	if call.FullMethod == "/plugin.GRPCController/Shutdown" {
		forever()
	}
	return next(ctx, request)
}
