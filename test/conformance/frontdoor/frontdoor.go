// Package frontdoor drives a plugin as a host does, by the wire and by nothing else: it starts the binary, shakes hands, calls, and stops
// it. It knows no language and no SDK; what it needs of a plugin is written down in core/wire/README.md.
//
// It keeps all that a plugin says and does on the way, so that somebody else can judge it: the first line, what it prints, what it logs, the
// system calls by which it would change something, what it costs. A plugin that hangs costs the caller's deadline; whatever it
// left is ended and removed by Close.
package frontdoor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"google.golang.org/grpc"

	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/conformance/observe"
)

// Start says how the plugin is started. The zero value but for Binary is how a host does it.
type Start struct {
	Binary   string   // absolute path
	Env      []string // beside the host's
	Without  []string // names of the host's variables that are left out
	Versions string   // of the plugin protocol, as they are offered; empty: the host's
	Memory   int64    // with much more than that, in bytes, it is ended
	Allow    func(observe.Act) bool
}

// Plugin is one process of a plugin, from its start to Close.
type Plugin struct {
	Folder string // where its socket belongs
	Began  time.Time

	cmd      *exec.Cmd
	watch    *observe.Watch
	identity identity
	lifeline *os.File // our end
	out      *output
	err      *record
	ended    chan struct{}
	conn     *grpc.ClientConn
	client   pluginpb.PluginClient

	over        atomic.Value // string
	overhearing sync.WaitGroup
	overheard   atomic.Int64
}

// Open starts the process, and does not wait for anything of it.
func Open(start Start) (*Plugin, error) {
	folder, err := os.MkdirTemp("", "ud") // a socket's path is short
	if err != nil {
		return nil, fmt.Errorf("make the plugin's folder: %w", err)
	}
	p := &Plugin{Folder: folder, out: newOutput(), err: newRecord(maxLog), ended: make(chan struct{})}
	if p.identity, err = newIdentity(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	if err := p.launch(start); err != nil {
		return nil, errors.Join(fmt.Errorf("start the plugin: %w", err), os.RemoveAll(folder))
	}
	return p, nil
}

func (p *Plugin) launch(start Start) error {
	stdin, lifeline, err := os.Pipe()
	if err != nil {
		return err
	}
	defer stdin.Close()
	p.lifeline = lifeline
	p.cmd = &exec.Cmd{
		Path: start.Binary, Args: []string{start.Binary}, Env: p.environment(start), Dir: "/", Stdin: stdin, Stdout: p.out, Stderr: p.err,
		SysProcAttr: &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL},
		WaitDelay:   time.Second, // for pipes that a child of the plugin holds open
	}
	p.Began = time.Now()
	if p.watch, err = observe.Start(p.cmd, start.Allow); err != nil {
		return errors.Join(err, lifeline.Close())
	}
	bound(p.cmd.Process.Pid)
	go func() {
		_ = p.cmd.Wait() // how it ended is in the state
		close(p.ended)
	}()
	if start.Memory > 0 {
		go p.watchOver(start.Memory)
	}
	return nil
}

// environment is the host's: see core/wire/README.md.
func (p *Plugin) environment(start Start) []string {
	versions := start.Versions
	if versions == "" {
		versions = fmt.Sprint(wire.Version)
	}
	pairs := []string{
		wire.Handshake.MagicCookieKey + "=" + wire.Handshake.MagicCookieValue,
		"PLUGIN_MIN_PORT=10000", "PLUGIN_MAX_PORT=25000",
		"PLUGIN_PROTOCOL_VERSIONS=" + versions,
		"PLUGIN_UNIX_SOCKET_DIR=" + p.Folder,
		"PLUGIN_CLIENT_CERT=" + string(p.identity.pem),
		Lifeline,
		"GOMEMLIMIT=100663296", // of three quarters of what a profile without a limit allows
	}
	pairs = slices.DeleteFunc(pairs, func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		return slices.Contains(start.Without, name)
	})
	return append(pairs, start.Env...)
}

// Line waits for the first line on standard output. An end before it, or a context that ends first, is an error.
func (p *Plugin) Line(ctx context.Context) ([]byte, error) {
	select {
	case <-p.out.line:
		return p.out.first(), nil
	case <-ctx.Done():
		return nil, errors.New("it printed no whole line in time")
	case <-p.ended:
	}
	select {
	case <-p.out.line:
		return p.out.first(), nil
	default:
		return nil, fmt.Errorf("it ended before it printed a line: %s", p.State())
	}
}

// Ended is closed when the process has ended.
func (p *Plugin) Ended() <-chan struct{} { return p.ended }

// State says how the process ended, in the system's words; empty while it runs.
func (p *Plugin) State() string {
	select {
	case <-p.ended:
		return p.cmd.ProcessState.String()
	default:
		return ""
	}
}

// Code is the exit code; -1 while it runs, and for a signal.
func (p *Plugin) Code() int {
	select {
	case <-p.ended:
		return p.cmd.ProcessState.ExitCode()
	default:
		return -1
	}
}

// Await tells whether the process ended before the context did.
func (p *Plugin) Await(ctx context.Context) bool {
	select {
	case <-p.ended:
		return true
	case <-ctx.Done():
		return false
	}
}

// Sockets lists what lies in the plugin's folder.
func (p *Plugin) Sockets() []string {
	found, _ := filepath.Glob(filepath.Join(p.Folder, "*"))
	return found
}

// Acts are the observed system calls so far.
func (p *Plugin) Acts() []observe.Act { return p.watch.Acts() }

// LetGo closes the lifeline, as the end of the host would.
func (p *Plugin) LetGo() { _ = p.lifeline.Close() }

// Signal sends the process a signal.
func (p *Plugin) Signal(signal syscall.Signal) error { return p.cmd.Process.Signal(signal) }

// Close ends the process with all of its group and removes the folder.
func (p *Plugin) Close() error {
	p.LetGo()
	if p.conn != nil {
		_ = p.conn.Close()
	}
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	<-p.ended
	p.overhearing.Wait()
	return errors.Join(p.watch.Close(), os.RemoveAll(p.Folder))
}
