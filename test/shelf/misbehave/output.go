package misbehave

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protowire"
)

// flooded is how much a flood pours.
const flooded = 64 << 20

// output is what plugins write where they should not, or too much of.
func output() map[string]life {
	return map[string]life{
		"messageone": collecting(meanwhile(func() {
			fmt.Fprintln(stderr, `{"@message":1}`)
			fmt.Fprintln(stderr,
				`{"@level":7}`)
		})),
		"floodserr": collecting(meanwhile(func() {
			pour(stderr, strings.Repeat(strings.Repeat("x", 200)+"\n", 300),
				flooded)
		})),
		"floodsline": collecting(meanwhile(func() {
			pour(stderr, strings.Repeat("x", 1<<16),
				flooded)
			fmt.Fprintln(stderr)
		})),
		"floodslater": collecting(meanwhile(func() { pour(stdout, strings.Repeat("x", 1<<16), flooded) })),
		"floodsstdio": collecting(meanwhile(func() { pour(os.Stdout, strings.Repeat("x", 1<<16), flooded) })),
	}
}

// complain logs what a plugin was kept from, as hclog does.
func complain(what string, err error) {
	// of texts it always succeeds
	line, _ := json.Marshal(map[string]string{"@level": "warn", "@message": what, "error": fmt.Sprint(err)})
	fmt.Fprintln(stderr, string(line))
}

// meanwhile does that and then goes on well.
func meanwhile(do func()) func(stream) error {
	return func(to stream) error {
		do()
		if err := sendAll(to, "second"); err != nil {
			return err
		}
		return end(to, 2)
	}
}

// floodsBroker offers a host that listens to go-plugin's broker a million connections, and sends its categories when it
// has.
func floodsBroker() {
	o := &offers{begun: make(chan struct{}), made: make(chan struct{})}
	b := listen()
	b.shake(1, "unix", "grpc")
	b.serve(&server{collect: o.collect}, func(s *grpc.Server) { s.RegisterService(&broker, o) })
}

type offers struct{ begun, made chan struct{} }

// collect waits for the offers, where there is somebody to make them to.
func (o *offers) collect(to stream) error {
	select {
	case <-o.begun:
		<-o.made
	case <-time.After(time.Second):
	}
	return whole(to)
}

var broker = grpc.ServiceDesc{
	ServiceName: "plugin.GRPCBroker", HandlerType: (*any)(nil),
	Streams: []grpc.StreamDesc{{StreamName: "StartStream", Handler: offerMany, ServerStreams: true, ClientStreams: true}},
}

func offerMany(service any, to grpc.ServerStream) error {
	o := service.(*offers)
	close(o.begun)
	defer close(o.made)
	for i := range uint64(1_000_000) {
		offer := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), i)
		if err := to.SendMsg(rawBytes(offer)); err != nil {
			return err
		}
	}
	return nil
}
