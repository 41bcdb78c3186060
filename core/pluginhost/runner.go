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

// This file is what go-plugin asks of a runner.

// maxHandshake is more than the line with the largest certificate needs. What a plugin prints beyond it is not read
// here, and thrown away.
const maxHandshake = 8 << 10

// Stdout carries the handshake's line and then what go-plugin throws away.
func (p *process) Stdout() io.ReadCloser { return handshakeReader{p} }

// Stderr is empty: the host reads the real one itself, because go-plugin's reader can be made to panic by a line.
func (p *process) Stderr() io.ReadCloser { return io.NopCloser(strings.NewReader("")) }

// Wait returns when the process has ended.
func (p *process) Wait(context.Context) error { <-p.done; return nil }

// Kill ends the process group.
func (p *process) Kill(context.Context) error { p.kill(); return nil }

// Name, ID and Diagnose name the process without its words.
func (p *process) Name() string                    { return "plugin" }
func (p *process) ID() string                      { return "plugin" }
func (p *process) Diagnose(context.Context) string { return "" }

// PluginToHost refuses every address but a socket in the folder that was given to the plugin.
func (p *process) PluginToHost(network, address string) (string, string, error) {
	if network != "unix" || filepath.Dir(filepath.Clean(address)) != p.sockets {
		return "", "", fmt.Errorf("the plugin listens elsewhere than it was told")
	}
	return network, address, nil
}

// HostToPlugin changes nothing: both see the same file system.
func (p *process) HostToPlugin(network, address string) (string, string, error) {
	return network, address, nil
}

// unread counts what the plugin prints after its handshake, on its own standard output or on the library's.
type unread struct{ bytes atomic.Int64 }

func (u *unread) Write(text []byte) (int, error) {
	u.bytes.Add(int64(len(text)))
	return len(text), nil
}

// printed is what the plugin printed first, for the host to say what is wrong with it as a handshake.
type printed struct {
	mu   sync.Mutex
	text []byte
}

func (p *printed) add(text []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text = append(p.text, text...)
}

// line returns the first line; false where there is none yet. A line that fills all there is for it counts as ended.
func (p *printed) line() ([]byte, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	line, _, whole := bytes.Cut(p.text, []byte("\n"))
	return bytes.Clone(line), whole || len(p.text) >= maxHandshake
}

// handshakeReader gives go-plugin the first bytes of standard output. The rest is drained, so that a plugin that prints
// never blocks on a full pipe; the draining ends when live closes the pipe.
type handshakeReader struct{ p *process }

func (r handshakeReader) Read(b []byte) (int, error) {
	n, err := r.p.handshake.Read(b)
	r.p.printed.add(b[:n])
	if err == io.EOF {
		go func() { _, _ = io.Copy(&r.p.unread, r.p.stdout) }()
	}
	return n, err
}

func (r handshakeReader) Close() error { return r.p.stdout.Close() }
