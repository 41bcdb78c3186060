package frontdoor

import (
	"context"
	"errors"
	"strings"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/proto" // registers the codec that is wrapped here
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"
)

// Cause is the reason why a call failed.
type Cause string

// The causes. Each breaks another rule, and the status code does not distinguish them: the library
// makes a status of its own for most of them.
const (
	Unreached   Cause = "unreached"   // there was no connection by which to call
	Broken      Cause = "broken"      // the connection or the stream broke off, or does not follow gRPC
	Late        Cause = "late"        // there was no answer in time
	Refused     Cause = "refused"     // the plugin answered with an error status of its own
	TooLarge    Cause = "too large"   // a message is larger than a host accepts
	Undecodable Cause = "undecodable" // a message cannot be decoded
	Headers     Cause = "headers"     // the headers or trailers are larger than a host accepts
)

// Failure is the error of a call.
type Failure struct {
	Cause Cause
	Bytes int   // the size of the headers and trailers, if they are the cause
	Err   error // the library's; it may hold the plugin's words
}

func (f *Failure) Error() string { return string(f.Cause) + ": " + f.Err.Error() }
func (f *Failure) Unwrap() error { return f.Err }

// GRPCStatus returns the status as the library reports it.
func (f *Failure) GRPCStatus() *status.Status { return status.Convert(f.Err) }

// CauseOf returns the cause of a call's error, or "" if there is none.
func CauseOf(err error) Cause {
	if f := (*Failure)(nil); errors.As(err, &f) {
		return f.Cause
	}
	return ""
}

// observed is what the library reports about one call while it lasts.
type observed struct {
	scan        *scanning
	mu          sync.Mutex
	connected   bool  // the request was sent over a connection
	answered    bool  // the plugin ended the call by a status of its own
	headers     int   // bytes of the larger of headers and trailers
	undecodable error // of the first message that could not be decoded
}

type observedKey struct{}

// observing returns the context and the options of one call that is observed.
func observing(ctx context.Context) (context.Context, *observed, []grpc.CallOption) {
	o := &observed{scan: newScanning()}
	codec := watchingCodec{o.scan, o}
	return context.WithValue(ctx, observedKey{}, o), o, []grpc.CallOption{grpc.ForceCodecV2(codec)}
}

// Beginnings of the library's own messages. Only the library knows the size of a message that it
// did not read, and of headers that it cut off.
const (
	largerThanMax   = "grpc: received message larger than max"
	headersOverflow = "peer header list size exceeded limit"
)

// failure returns the call's error as a [Failure], and also fails a call that a host would not
// accept. It returns nil if the call succeeded.
func (o *observed) failure(err error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	said := status.Convert(err)
	switch {
	case o.undecodable != nil:
		return &Failure{Cause: Undecodable, Err: status.Error(codes.Internal, o.undecodable.Error())}
	case said.Code() == codes.Internal && said.Message() == headersOverflow && !o.answered:
		return &Failure{Cause: Headers, Bytes: maxHeadersRead, Err: err}
	case o.headers > maxHeaders:
		return &Failure{Cause: Headers, Bytes: o.headers, Err: status.Error(codes.Internal, headersOverflow)}
	case err == nil:
		return nil
	case said.Code() == codes.ResourceExhausted && strings.HasPrefix(said.Message(), largerThanMax):
		return &Failure{Cause: TooLarge, Err: err}
	case o.answered:
		return &Failure{Cause: Refused, Err: err}
	case !o.connected:
		return &Failure{Cause: Unreached, Err: err}
	case said.Code() == codes.DeadlineExceeded || said.Code() == codes.Canceled:
		return &Failure{Cause: Late, Err: err}
	}
	return &Failure{Cause: Broken, Err: err}
}

// callWatcher is a [stats.Handler] that reports to the call's [observed].
type callWatcher struct{}

func (callWatcher) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context   { return ctx }
func (callWatcher) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }
func (callWatcher) HandleConn(context.Context, stats.ConnStats)                       {}

func (callWatcher) HandleRPC(ctx context.Context, event stats.RPCStats) {
	o, watched := ctx.Value(observedKey{}).(*observed)
	if !watched {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	switch event := event.(type) {
	case *stats.OutHeader:
		o.connected = true
	case *stats.InHeader:
		o.headers = max(o.headers, listSize(event.Header))
	case *stats.InTrailer:
		o.answered = true
		o.headers = max(o.headers, listSize(event.Trailer))
	}
}

// listSize returns the size of headers as HTTP/2 counts it: 32 bytes for each, and its characters.
func listSize(headers metadata.MD) (bytes int) {
	for name, values := range headers {
		for _, value := range values {
			bytes += len(name) + len(value) + 32
		}
	}
	return bytes
}

// watchingCodec is the usual codec, and notes a message that cannot be decoded.
type watchingCodec struct {
	encoding.CodecV2
	to *observed
}

func (c watchingCodec) Unmarshal(data mem.BufferSlice, v any) error {
	err := c.CodecV2.Unmarshal(data, v)
	if err != nil {
		c.to.mu.Lock()
		defer c.to.mu.Unlock()
		c.to.undecodable = err
	}
	return err
}
