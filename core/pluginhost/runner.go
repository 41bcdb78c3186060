package pluginhost

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
)

// This file has the methods that go-plugin requires of a runner.

// maxHandshake is longer than a handshake line with the largest certificate. Any output beyond it
// is discarded.
const maxHandshake = 8 << 10

// Stdout returns the line of the handshake, followed by output that go-plugin discards.
func (p *process) Stdout() io.ReadCloser { return handshakeReader{p} }

// Stderr returns an empty reader: the host reads the real one itself, because a line can make
// go-plugin's reader panic.
func (p *process) Stderr() io.ReadCloser { return io.NopCloser(strings.NewReader("")) }

// Wait returns when the process has ended.
func (p *process) Wait(context.Context) error { <-p.done; return nil }

// Kill kills the process group.
func (p *process) Kill(context.Context) error { p.kill(); return nil }

// Name, ID and Diagnose identify the process without using its words.
func (p *process) Name() string                    { return "plugin" }
func (p *process) ID() string                      { return "plugin" }
func (p *process) Diagnose(context.Context) string { return "" }

// PluginToHost refuses every address except a socket in the folder that was given to the plugin.
func (p *process) PluginToHost(network, address string) (string, string, error) {
	if network != "unix" || filepath.Dir(filepath.Clean(address)) != p.sockets {
		return "", "", fmt.Errorf("the plugin listens outside its socket folder")
	}
	return network, address, nil
}

// HostToPlugin returns its arguments, because host and plugin see the same file system.
func (p *process) HostToPlugin(network, address string) (string, string, error) {
	return network, address, nil
}

// strayOutput counts the bytes that the plugin prints after its handshake, on its own standard
// output or on the library's.
type strayOutput struct{ bytes atomic.Int64 }

func (u *strayOutput) Write(text []byte) (int, error) {
	u.bytes.Add(int64(len(text)))
	return len(text), nil
}

// firstOutput keeps the plugin's first output, so that the host can say what is wrong with it as a
// handshake.
type firstOutput struct {
	mu   sync.Mutex
	text []byte
}

func (p *firstOutput) add(text []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text = append(p.text, text...)
}

// line returns the first line, and false if it is not complete yet. A line that fills the buffer
// counts as complete.
func (p *firstOutput) line() ([]byte, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	line, _, complete := bytes.Cut(p.text, []byte("\n"))
	return bytes.Clone(line), complete || len(p.text) >= maxHandshake
}

// handshakeReader gives go-plugin the first bytes of standard output. The rest is drained, so that
// a plugin that prints never blocks on a full pipe; draining ends when live closes the pipe.
type handshakeReader struct{ p *process }

func (r handshakeReader) Read(b []byte) (int, error) {
	n, err := r.p.handshake.Read(b)
	r.p.firstOutput.add(b[:n])
	if err == io.EOF {
		go func() { _, _ = io.Copy(&r.p.stray, r.p.stdout) }()
	}
	return n, err
}

func (r handshakeReader) Close() error { return r.p.stdout.Close() }
