package frontdoor

import (
	"bytes"
	"context"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// Limits on the recorded output and log of a plugin.
const (
	maxFirst = 8 << 10 // of the first line: as much as the host reads
	maxLog   = 4 << 20
	maxEnd   = 64 << 10 // of the end of the log, if it is longer
)

// record keeps the beginning and the end of the text written to it and counts the rest. It never
// blocks the plugin.
type record struct {
	mu    sync.Mutex
	most  int
	kept  bytes.Buffer
	end   []byte // the last [maxEnd] bytes
	total int64
}

func newRecord(most int) *record { return &record{most: most} }

func (r *record) Write(text []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.total += int64(len(text))
	if room := r.most - r.kept.Len(); room > 0 {
		r.kept.Write(text[:min(room, len(text))])
	}
	r.end = append(r.end, text...)
	if more := len(r.end) - maxEnd; more > maxEnd { // rarely, because it copies
		r.end = append(r.end[:0], r.end[more:]...)
	}
	return len(text), nil
}

func (r *record) text() (kept []byte, total int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return bytes.Clone(r.kept.Bytes()), r.total
}

// output is standard output: the handshake line, and any text that should not be there.
type output struct {
	record
	once sync.Once
	line chan struct{} // closed when the first line is complete
}

func newOutput() *output { return &output{record: record{most: maxFirst}, line: make(chan struct{})} }

func (o *output) Write(text []byte) (int, error) {
	n, err := o.record.Write(text)
	if kept, _ := o.text(); bytes.IndexByte(kept, '\n') >= 0 || len(kept) == maxFirst {
		o.once.Do(func() { close(o.line) })
	}
	return n, err
}

func (o *output) firstLine() []byte {
	kept, _ := o.text()
	line, _, _ := bytes.Cut(kept, []byte("\n"))
	return line
}

// LogEnd returns the end of standard error, with which a plugin that died explained itself. It
// begins with a whole line.
func (p *Plugin) LogEnd() []byte {
	p.err.mu.Lock()
	defer p.err.mu.Unlock()
	end := p.err.end[max(0, len(p.err.end)-maxEnd):]
	if int64(len(end)) < p.err.total {
		_, end, _ = bytes.Cut(end, []byte("\n"))
	}
	return bytes.Clone(end)
}

// Printed returns the number of bytes on standard output after the first line.
func (p *Plugin) Printed() int64 {
	kept, total := p.out.text()
	line, _, whole := bytes.Cut(kept, []byte("\n"))
	if !whole {
		return total
	}
	return total - int64(len(line)) - 1
}

// Log returns the beginning of standard error and its total size in bytes.
func (p *Plugin) Log() (kept []byte, total int64) { return p.err.text() }

// stdio is go-plugin's own stream of the text that a plugin prints after its handshake. The host
// reads it, so that the plugin never blocks on a full stream.
const stdio = "/plugin.GRPCStdio/StreamStdio"

// ReadStdio reads the [stdio] stream, if the plugin has it, until the connection is closed.
func (p *Plugin) ReadStdio(ctx context.Context) {
	p.overhearing.Go(func() {
		stream, err := p.conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, stdio)
		if err != nil || stream.SendMsg(&emptypb.Empty{}) != nil || stream.CloseSend() != nil {
			return
		}
		for {
			said := &emptypb.Empty{} // the content is not decoded, only counted
			if stream.RecvMsg(said) != nil {
				return
			}
			p.stdioBytes.Add(int64(len(said.ProtoReflect().GetUnknown())))
		}
	})
}

// StdioBytes returns the number of bytes received on the [stdio] stream, framing included.
func (p *Plugin) StdioBytes() int64 { return p.stdioBytes.Load() }
