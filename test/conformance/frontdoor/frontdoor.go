// Package frontdoor drives a plugin as a host does, by the wire and by nothing else: it starts the binary, shakes
// hands, calls, and stops it. It knows no language and no SDK; what it needs of a plugin is written down in
// core/wire/README.md.
//
// It keeps all that a plugin says and does on the way, so that others can judge it: the first line, what it
// prints, what it logs, the system calls by which it would change something, what it costs. A plugin that hangs costs
// the caller's deadline; whatever it left is ended and removed by Close.
package frontdoor

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
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
	Folder    string // where its socket belongs
	Began     time.Time
	Launching time.Duration // from there until the program ran: what the machine takes for a process

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
		Path: start.Binary, Args: []string{start.Binary}, Env: p.environment(start), Dir: "/", Stdin: stdin, Stdout: p.out,
		Stderr:      p.err,
		SysProcAttr: &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL},
		WaitDelay:   time.Second, // for pipes that a child of the plugin holds open
	}
	p.Began = time.Now()
	if p.watch, err = observe.Start(p.cmd, start.Allow); err != nil {
		return errors.Join(err, lifeline.Close())
	}
	p.Launching = time.Since(p.Began)
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
		wire.Lifeline + "=" + wire.LifelineStdin,
		"GOMEMLIMIT=100663296", // of three quarters of what a profile without a limit allows
	}
	pairs = slices.DeleteFunc(pairs, func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		return slices.Contains(start.Without, name)
	})
	return append(pairs, start.Env...)
}
