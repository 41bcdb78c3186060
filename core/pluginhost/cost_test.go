package pluginhost

import (
	"crypto/sha256"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"

	"polycom.com/usagedata/core/wire/goplugin"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/shelf"
)

// startPlain starts the plugin as go-plugin does by itself, with mutual TLS and the checksum, and
// makes the first call.
func (h *Host) startPlain(t testing.TB) (took time.Duration) {
	began := time.Now()
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig: goplugin.Handshake, VersionedPlugins: goplugin.Plugins(nil),
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		AutoMTLS:         true, SkipHostEnv: true, Logger: hclog.NewNullLogger(),
		SecureConfig:     &plugin.SecureConfig{Checksum: h.Product.Sum[:], Hash: sha256.New()},
		Cmd:              exec.Command(h.Product.Plugin()),
		UnixSocketConfig: &plugin.UnixSocketConfig{TempDir: h.Run},
	})
	defer client.Kill()
	protocol, err := client.Client()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := protocol.Dispense(goplugin.Name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.(pluginpb.PluginClient).Describe(t.Context(), &pluginpb.DescribeRequest{}); err != nil {
		t.Fatal(err)
	}
	return time.Since(began)
}

// startConfined does the same as this [Host] does it.
func (h *Host) startConfined(t testing.TB) (took time.Duration) {
	began := time.Now()
	running, err := h.start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer running.stop()
	if _, err := running.describe(t.Context(), h, nil); err != nil {
		t.Fatal(err)
	}
	return time.Since(began)
}

// SEND-5: the protections around the plugin cost little compared with its start: at most 1.3 times
// as long, from start to first answer, as plain go-plugin with mutual TLS and the checksum. The two
// ways are measured in turn, so that other load on the machine affects both, and with the same
// priority, because how long a process waits for its turn depends on the machine.
func BenchmarkStart(b *testing.B) {
	host, _ := install(b, shelf.Sound)
	host.keepPriority = true
	var plain, confined []time.Duration
	for b.Loop() {
		plain = append(plain, host.startPlain(b))
		confined = append(confined, host.startConfined(b))
	}
	slices.Sort(plain)
	slices.Sort(confined)
	middle := len(plain) / 2
	b.ReportMetric(float64(plain[middle].Microseconds())/1000, "ms-plain")
	b.ReportMetric(float64(confined[middle].Microseconds())/1000, "ms-confined")
	b.ReportMetric(float64(confined[middle])/float64(plain[middle]), "x-plain")
}
