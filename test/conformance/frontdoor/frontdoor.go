// Package frontdoor drives a plugin as a host does, over the wire protocol only: it starts the
// binary, performs the handshake, calls it, and stops it. It depends on no language and no SDK;
// core/wire/README.md documents everything that it needs of a plugin.
//
// It records the plugin's behavior for the checks: the first line, its output, its log, the system
// calls that would change something, and its use of resources. If a plugin hangs, a call returns at
// the caller's deadline; [Plugin.Close] kills the processes that are left and removes their files.
package frontdoor

import (
	"crypto/tls"
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
	"polycom.com/usagedata/test/conformance/workspace"
)

// Start configures how [Open] starts the plugin. If only Binary is set, the plugin is started as a
// host starts it.
type Start struct {
	Binary   string   // absolute path
	Dir      string   // of the run
	Env      []string // in addition to the host's
	Without  []string // names of the host's variables to leave out
	Versions string   // offered versions of the plugin protocol; the host's if empty
	Memory   int64    // in bytes; a plugin that uses far more is killed
	Allow    func(observe.Act) bool
	Reads    bool // whether opens that only read are observed, too
}

// Plugin is one process of a plugin, from [Open] to [Plugin.Close].
type Plugin struct {
	Folder    string // where its socket belongs
	Began     time.Time
	Launching time.Duration // from Began until the program runs: the machine's time to start a process

	DescribeRepeats []Repeat // in the last answer to Describe

	cmd      *exec.Cmd
	watch    *observe.Watch
	own      tls.Certificate // made for this start, as a host does
	remove   func() error
	lifeline *os.File // our end of the pipe
	out      *output
	err      *record
	ended    chan struct{}
	conn     *grpc.ClientConn
	client   pluginpb.PluginClient

	over        atomic.Value // string
	overhearing sync.WaitGroup
	stdioBytes  atomic.Int64
}

// Open starts the process and returns without waiting for it.
func Open(start Start) (*Plugin, error) {
	folder, remove, err := workspace.SocketFolder(start.Dir)
	if err != nil {
		return nil, fmt.Errorf("make the plugin's folder: %w", err)
	}
	p := &Plugin{Folder: folder, remove: remove, out: newOutput(), err: newRecord(maxLog), ended: make(chan struct{})}
	if p.own, err = wire.NewCertificate(); err != nil {
		return nil, errors.Join(err, remove())
	}
	if err := p.launch(start); err != nil {
		return nil, errors.Join(fmt.Errorf("start the plugin: %w", err), remove())
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
		Path: start.Binary, Args: []string{"plugin"}, Env: p.environment(start), Dir: "/", Stdin: stdin,
		Stdout:      p.out,
		Stderr:      p.err,
		SysProcAttr: &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL},
		WaitDelay:   time.Second, // if a child of the plugin keeps the pipes open
	}
	p.Began = time.Now()
	var also []observe.Kind
	if start.Reads {
		also = append(also, observe.Read)
	}
	if p.watch, err = observe.Start(p.cmd, start.Allow, also...); err != nil {
		return errors.Join(err, lifeline.Close())
	}
	p.Launching = time.Since(p.Began)
	limitResources(p.cmd.Process.Pid)
	go func() {
		_ = p.cmd.Wait() // ProcessState has the exit status
		close(p.ended)
	}()
	if start.Memory > 0 {
		go p.watchOver(start.Memory)
	}
	return nil
}

// environment returns the environment that the host sets, documented in core/wire/README.md.
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
		wire.ClientCertificate + "=" + wire.EncodePEM(p.own),
		wire.Lifeline + "=" + wire.LifelineStdin,
		"GOMEMLIMIT=100663296", // three quarters of the memory that a profile without a limit allows
	}
	pairs = slices.DeleteFunc(pairs, func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		return slices.Contains(start.Without, name)
	})
	return append(pairs, start.Env...)
}
