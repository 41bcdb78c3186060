package shelf

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"polycom.com/usagedata/core/protection"
	"polycom.com/usagedata/core/wire/pluginpb"
)

const tooLate = "took too long|DeadlineExceeded|deadline exceeded"

func inItsCalls() []Plugin {
	return []Plugin{
		breaks("panicsdescribe", "panics in Describe", "describe.answers",
			describing(func(*pluginpb.DescribeResponse) { panic(Name) })).
			host(Refused, "describe plugin panicsdescribe: the plugin ended: exit status 2").quick(),
		breaks("exitsdescribe", "exits in Describe", "describe.answers",
			describing(func(*pluginpb.DescribeResponse) { os.Exit(5) })).
			host(Refused, "describe plugin exitsdescribe: the plugin ended: exit status 5").quick(),
		breaks("hangsdescribe", "hangs in Describe", "describe.answers",
			describing(func(*pluginpb.DescribeResponse) { forever() })).
			host(Refused, "describe plugin hangsdescribe: ").late(),
		breaks("failsdescribe", "answers Describe with an error full of names", "describe.answers",
			refusing(func(*pluginpb.DescribeRequest) error { return errors.New(Name + " refused") })).
			host(Refused, "the plugin answered with the error code Unknown").quick(),
		unchecked("emptydescribe", "describes nothing at all", "it breaks five rules at once; describesless breaks one",
			describing(func(d *pluginpb.DescribeResponse) { proto.Reset(d) })).
			host(Refused, "it is the plugin of another product").quick(),
		breaks("exhausteddescribe", "answers Describe with the status of a message that is too large",
			"describe.answers", refusing(func(*pluginpb.DescribeRequest) error {
				return status.Error(codes.ResourceExhausted, "no memory for "+Name)
			})),
		breaks("otherproduct", "describes another product", "describe.product",
			describing(func(d *pluginpb.DescribeResponse) { d.Product = "other" })).
			host(Refused, "it is the plugin of another product").quick(),
		unchecked("inquisitive", "sends its environment and its open descriptors for its version",
			"what it is given is the host's business", describing(func(d *pluginpb.DescribeResponse) {
				d.PluginVersion = given()
			})).host(Whole, ""),

		breaks("panicscollect", "panics in Collect", "collect.ends",
			afterFirst(func(stream, []*pluginpb.Category) error { arrived(); panic(Name) })).
			host(Partly, "collect plugin panicscollect: the plugin ended: exit status 2").quick(),
		breaks("exitsmidstream", "exits in mid-stream", "collect.ends",
			afterFirst(func(stream, []*pluginpb.Category) error { arrived(); os.Exit(7); return nil })).
			host(Partly, "the plugin ended: exit status 7").quick(),
		breaks("killed", "is killed in mid-stream", "collect.ends",
			afterFirst(func(stream, []*pluginpb.Category) error {
				arrived()
				signalSelf(syscall.SIGKILL)
				return nil
			})).
			host(Partly, "the plugin ended: signal: killed").quick(),
		breaks("stopped", "is stopped by SIGSTOP in Collect", "collect.ends",
			afterFirst(func(stream, []*pluginpb.Category) error {
				arrived()
				signalSelf(syscall.SIGSTOP)
				return nil
			})).
			host(Partly, "error code DeadlineExceeded|"+tooLate).late(),
		breaks("hangscollect", "hangs in Collect", "collect.ends",
			afterFirst(func(stream, []*pluginpb.Category) error { forever(); return nil })).
			host(Partly, "error code DeadlineExceeded|"+tooLate).late(),
		breaks("ignorescancel", "goes on sending when the call is canceled, and ignores SIGTERM", "collect.ends",
			afterFirst(goOnSending)).host(Partly, "error code DeadlineExceeded|"+tooLate).late(),
		breaks("eatscpu", "computes on all processors for ever", "collect.ends", afterFirst(eatCPU)).
			host(Partly, "error code DeadlineExceeded|"+tooLate).late().alone().needs(protection.Priority),
		breaks("failscollect", "ends Collect with an error full of names", "collect.ends",
			afterFirst(func(stream, []*pluginpb.Category) error { return errors.New(Name + " refused") })).
			host(Partly, "the plugin answered with the error code Unknown").quick(),
		breaks("internalcollect", "ends Collect with the status of a message that cannot be decoded", "collect.ends",
			endingWith(status.Error(codes.Internal, "decode "+Name))).host(Partly, "error code Internal").quick(),
		breaks("exhaustedcollect", "ends Collect with the status of a message that is too large", "collect.ends",
			endingWith(status.Error(codes.ResourceExhausted, "no memory for "+Name))).
			host(Partly, "error code ResourceExhausted").quick(),
		breaks("longerror", "ends Collect with an error of 2 MB", "collect.ends",
			endingWith(status.Error(codes.Unknown, long(2_000_000)))).
			host(Partly, "the plugin answered with the error code Internal").quick(),
		breaks("exitsafterend", "exits after the end, before the stream is closed", "collect.ends",
			sending(func(to stream, all []*pluginpb.Category) error {
				_ = sendAll(to, all, nil)
				arrived()
				os.Exit(0)
				return nil
			})).host(Whole, "the plugin ended: exit status 0").quick(),
		breaks("quits", "exits after its first collect, without being asked", "stop.shutdown",
			(&server{collect: quit}).serve),
		breaks("hangsearly", "does not answer when it is asked to collect before it was asked to describe itself",
			"collect.early", hangsEarly).late(),
		breaks("hangsstop", "hangs when it is asked to stop", "stop.shutdown", hangsWhenStopped).
			host(Whole, "did not stop when asked"),
	}
}

// endingWith returns a plugin that ends its stream with an error after the first category.
func endingWith(err error) life {
	return afterFirst(func(stream, []*pluginpb.Category) error { return err })
}

func quit(_ context.Context, _ *pluginpb.CollectRequest, _ stream, usual func() error) error {
	err := usual()
	time.AfterFunc(200*time.Millisecond, func() { os.Exit(0) }) // the end of the stream arrives before
	return err
}

func hangsEarly() {
	s := &server{}
	s.collect = func(_ context.Context, _ *pluginpb.CollectRequest, _ stream, usual func() error) error {
		if s.opened == nil {
			forever()
		}
		return usual()
	}
	s.serve()
}

// signalSelf sends the process a signal that kills or stops it. If the signal is refused, the
// process exits with another status.
func signalSelf(number syscall.Signal) {
	if err := syscall.Kill(os.Getpid(), number); err != nil {
		os.Exit(harmed)
	}
	forever()
}

func goOnSending(to stream, all []*pluginpb.Category) error {
	signal.Ignore(syscall.SIGTERM, syscall.SIGINT)
	for {
		<-time.After(50 * time.Millisecond)
		_ = to.SetHeader(nil)
		if to.Context().Err() != nil {
			_ = send(to, all[1])
		}
	}
}

// hangsWhenStopped answers every call except go-plugin's request to shut down.
func hangsWhenStopped() {
	signal.Ignore(syscall.SIGTERM, syscall.SIGINT)
	hang := func(context.Context) (any, error) { forever(); return nil, nil }
	(&server{serving: answering(endPlugin, hang)}).serve()
}
