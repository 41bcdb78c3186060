package wire

import (
	"context"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// SEND-5: the host never opens go-plugin's broker, whatever a plugin serves there; it opens other
// streams.
func TestTheBrokerIsNotOpened(t *testing.T) {
	opened := ""
	open := func(_ context.Context, _ *grpc.StreamDesc, _ *grpc.ClientConn, method string,
		_ ...grpc.CallOption) (grpc.ClientStream, error) {
		opened = method
		return nil, nil
	}
	_, err := withoutBroker(t.Context(), &grpc.StreamDesc{}, nil, brokerStream, open)
	if status.Code(err) != codes.Unimplemented || opened != "" {
		t.Errorf("got %v, opened %q, want it refused", err, opened)
	}
	const collect = "/usagedata.plugin.v1.Plugin/Collect"
	if _, err := withoutBroker(t.Context(), &grpc.StreamDesc{}, nil, collect, open); err != nil || opened != collect {
		t.Errorf("got %v, opened %q, want %s", err, opened, collect)
	}
}
