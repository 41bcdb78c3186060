package endpoint

import (
	"context"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/protobuf/types/known/emptypb"
)

// grace is how long calls that are under way may go on when the plugin is stopped. The host kills a
// plugin that has not ended after two seconds.
const grace = time.Second

// register adds the services of go-plugin that its hosts call. It returns a function that ends the
// server.
func register(server *grpc.Server) (end func()) {
	serving := health.NewServer()
	serving.SetServingStatus("plugin", grpc_health_v1.HealthCheckResponse_SERVING)
	grpc_health_v1.RegisterHealthServer(server, serving)
	end = func() {
		time.AfterFunc(grace, server.Stop)
		server.GracefulStop()
	}
	server.RegisterService(&controller, shutdown(end))
	return end
}

// controller is the service by which the host stops a plugin.
var controller = grpc.ServiceDesc{
	ServiceName: "plugin.GRPCController", HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{{MethodName: "Shutdown", Handler: handleShutdown}},
}

type shutdown func()

// handleShutdown answers first: the end waits for this call too.
func handleShutdown(end any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	if err := decode(new(emptypb.Empty)); err != nil {
		return nil, err
	}
	go end.(shutdown)()
	return new(emptypb.Empty), nil
}
