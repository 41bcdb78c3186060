package wire

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// brokerStream is go-plugin's method for additional connections. This protocol has a single
// connection, and go-plugin starts a goroutine in the host for each message that a plugin sends
// there, without a bound.
const brokerStream = "/plugin.GRPCBroker/StartStream"

// DialOptions returns the options of the host's side of the connection: no message above maxMessage
// bytes, and no broker.
func DialOptions(maxMessage int) []grpc.DialOption {
	return []grpc.DialOption{
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage)),
		grpc.WithMaxHeaderListSize(maxHeaders),
		grpc.WithChainStreamInterceptor(withoutBroker),
	}
}

// maxHeaders bounds the headers of an answer, in bytes; the library's own bound is 16 MB.
const maxHeaders = 64 << 10

func withoutBroker(ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn, method string, open grpc.Streamer,
	opts ...grpc.CallOption) (grpc.ClientStream, error) {
	if method == brokerStream {
		return nil, status.Error(codes.Unimplemented, "this host does not use the broker")
	}
	return open(ctx, desc, conn, method, opts...)
}
