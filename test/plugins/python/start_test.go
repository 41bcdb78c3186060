package python

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/privateca"
)

// built is the product's folder, which is created once for all tests.
var built string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "python")
	if err != nil {
		panic(err)
	}
	built = filepath.Join(dir, ID)
	if said, err := exec.Command("./build.sh", dir).CombinedOutput(); err != nil {
		panic(fmt.Sprintf("build the plugin in Python: %v\n%s", err, said))
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// sockets returns a folder with a short path, for the plugin's socket, which must be empty at the
// end.
func sockets(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ud")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("left in the plugin's folder: %v, %v", left, err)
		}
		_ = os.RemoveAll(dir)
	})
	return dir
}

// served is the plugin behind go-plugin's own client, which is independent of this repository's
// host.
type served struct {
	pluginpb.PluginClient
	library *plugin.Client
	command *exec.Cmd
}

func serve(t *testing.T) *served {
	t.Helper()
	s := &served{command: exec.Command(filepath.Join(built, product.PluginName))}
	s.command.Env = []string{"PLUGIN_UNIX_SOCKET_DIR=" + sockets(t)}
	s.library = plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig: wire.Handshake, VersionedPlugins: wire.Plugins(nil),
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		AutoMTLS:         true, SkipHostEnv: true, Cmd: s.command, Logger: hclog.NewNullLogger(),
	})
	t.Cleanup(s.library.Kill)
	protocol, err := s.library.Client()
	if err != nil {
		t.Fatal(err)
	}
	if err := protocol.Ping(); err != nil { // asks the health service
		t.Fatal(err)
	}
	raw, err := protocol.Dispense(wire.Name)
	if err != nil {
		t.Fatal(err)
	}
	s.PluginClient = raw.(pluginpb.PluginClient)
	return s
}

// begun is the plugin's process by itself, with the given part of the host's environment.
type begun struct {
	*exec.Cmd
	stdin    io.WriteCloser
	stdout   *bufio.Reader
	folder   string
	began    time.Time
	starting time.Duration // from there to its line
}

func begin(t *testing.T, environment ...string) *begun {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	b := &begun{Cmd: exec.CommandContext(ctx, filepath.Join(built, product.PluginName)), folder: sockets(t)}
	b.Env = append([]string{"PLUGIN_UNIX_SOCKET_DIR=" + b.folder, "PLUGIN_CLIENT_CERT=" + certificate(t)},
		environment...)
	stdin, err := b.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := b.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	b.began = time.Now()
	b.stdin, b.stdout = stdin, bufio.NewReader(stdout)
	if err := b.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cancel)
	return b
}

const (
	cookie   = "USAGEDATA_PLUGIN=started-by-usagedata"
	versions = "PLUGIN_PROTOCOL_VERSIONS=1"
	held     = "USAGEDATA_LIFELINE=stdin"
)

// certificate returns a certificate that a host could present.
func certificate(t *testing.T) string {
	t.Helper()
	ca, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	return string(ca.PEM())
}

// line returns the fields of the handshake's line.
func (b *begun) line(t *testing.T) []string {
	t.Helper()
	line, err := b.stdout.ReadString('\n')
	b.starting = time.Since(b.began)
	if err != nil {
		t.Fatal(err)
	}
	if err := wire.Refusal([]byte(line)); err != nil {
		t.Errorf("got a line that a host refuses: %v", err)
	}
	return strings.Split(strings.TrimSpace(line), "|")
}
