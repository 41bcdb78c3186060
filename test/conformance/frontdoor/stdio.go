package frontdoor

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// stdio is go-plugin's own stream of what a plugin prints after its handshake. The host reads it, so that nobody waits
// for a reader.
const stdio = "/plugin.GRPCStdio/StreamStdio"

// Overhear reads that stream, as far as the plugin has it, until the connection is closed.
func (p *Plugin) Overhear(ctx context.Context) {
	p.overhearing.Go(func() {
		stream, err := p.conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, stdio)
		if err != nil || stream.SendMsg(&emptypb.Empty{}) != nil || stream.CloseSend() != nil {
			return
		}
		for {
			said := &emptypb.Empty{} // what is in it stays unread, and is counted
			if stream.RecvMsg(said) != nil {
				return
			}
			p.overheard.Add(int64(len(said.ProtoReflect().GetUnknown())))
		}
	})
}

// Overheard is how many bytes came by that stream, those of its framing among them.
func (p *Plugin) Overheard() int64 { return p.overheard.Load() }
