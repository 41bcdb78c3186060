package pluginhost

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os/exec"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/go-plugin/runner"

	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/goplugin"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// running is a plugin after its handshake.
type running struct {
	client  pluginpb.PluginClient
	library *plugin.Client
	process *process
	folder  *privateFolder
}

// start opens and verifies the binary, starts it, and performs the handshake. go-plugin's own
// errors quote the plugin's output, so they are not passed on.
func (h *Host) start(ctx context.Context) (*running, error) {
	own, err := wire.NewCertificate()
	if err != nil {
		return nil, notStarted{err}
	}
	binary, err := h.Product.OpenPlugin(h.Seen)
	if err != nil {
		return nil, notStarted{err}
	}
	dir, err := newPrivateFolder(h.Run)
	if err != nil {
		binary.Close()
		return nil, notStarted{err}
	}
	r := &running{folder: dir, process: newProcess(binary, h.lines(binary), h.bounds(binary, dir.path))}
	r.library = plugin.NewClient(r.config(dir.path, own))
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(h.startTimeout, startLimit))
	defer cancel()
	if err := callWithin(ctx, r.process.kill, r.handshake); err != nil {
		err = r.startError(ctx, err)
		r.stop()
		return nil, err
	}
	return r, nil
}

// startError distinguishes a plugin that ended by itself from one that was killed for being late.
func (r *running) startError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return err
	}
	r.process.waitExitStatus()
	if why := r.process.startError(); why != nil {
		return notStarted{why}
	}
	if how := r.process.exitCause(); how != "" {
		return fmt.Errorf("the plugin ended before the handshake: %s", how)
	}
	return err
}

// config has a certificate of our own instead of go-plugin's: see [wire.NewCertificate].
func (r *running) config(dir string, own tls.Certificate) *plugin.ClientConfig {
	return &plugin.ClientConfig{
		HandshakeConfig:  goplugin.Handshake,
		VersionedPlugins: goplugin.Plugins(nil),
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		TLSConfig:        wire.HostTLS(own),
		SkipHostEnv:      true,
		StartTimeout:     startLimit,
		UnixSocketConfig: &plugin.UnixSocketConfig{TempDir: dir},
		Logger:           hclog.NewNullLogger(),
		SyncStdout:       &r.process.stray,
		SyncStderr:       &r.process.stray,
		GRPCDialOptions:  wire.DialOptions(maxMessage),
		RunnerFunc: func(_ hclog.Logger, spec *exec.Cmd, sockets string) (runner.Runner, error) {
			r.process.prepare(append(spec.Env, wire.ClientCertificate+"="+wire.EncodePEM(own)), sockets)
			return r.process, nil
		},
	}
}

func (r *running) handshake() error {
	protocol, err := r.library.Client()
	if refusal := r.refusal(); refusal != nil {
		return refusal
	}
	if err != nil {
		return errors.New("the plugin's handshake is not valid")
	}
	raw, err := protocol.Dispense(goplugin.Name)
	if err != nil {
		return errors.New("the plugin has no protocol version in common with this host")
	}
	client, ok := raw.(pluginpb.PluginClient)
	if !ok {
		return errors.New("the plugin has no protocol version in common with this host")
	}
	r.client = client
	return nil
}

// refusal describes the problem with the handshake line, even if go-plugin accepts it: for example
// a line without a certificate.
func (r *running) refusal() error {
	if line, printed := r.process.firstOutput.line(); printed {
		return wire.Refusal(line)
	}
	return nil
}

// stop asks the plugin to exit, and then kills it. The library's calls have no deadline of their
// own; the kill ends those too.
func (r *running) stop() {
	defer r.process.binary.Close() // a stack may be logged until the process has ended
	ctx, cancel := context.WithTimeout(context.Background(), stopLimit)
	defer cancel()
	if err := callWithin(ctx, r.process.kill, func() error { r.library.Kill(); return nil }); err != nil {
		r.process.lines.log.Warn("plugin did not stop when asked, and was killed")
	}
	r.process.kill()
	if !r.process.waitEnded() {
		r.process.lines.log.Warn("the plugin was killed but has not ended: it waits for a file system that does " +
			"not answer")
	}
	if bytes := r.process.stray.bytes.Load(); bytes > 0 {
		r.process.lines.log.Warn("plugin printed to standard output, which is discarded", "bytes", bytes)
	}
	r.folder.remove()
}

// callWithin runs a call that takes no context. If the context ends first, it kills the
// process, which also ends the call, because its connection breaks.
func callWithin(ctx context.Context, kill func(), call func() error) error {
	done := make(chan error, 1)
	go func() { done <- call() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		kill()
	}
	select {
	case <-done:
	case <-time.After(stopLimit): // the library hangs for another reason: leave it behind
	}
	return fmt.Errorf("the plugin took too long: %w", ctx.Err())
}
