package pluginhost

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"

	"polycom.com/usagedata/core/wire"
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
	if _, err := running.describe(t.Context(), h, Former{}); err != nil {
		t.Fatal(err)
	}
	return time.Since(began)
}

// SEND-5: both sides use P-256, whose keys cost a small part of those that go-plugin makes itself.
func TestCertificatesAreCheap(t *testing.T) {
	host, _ := install(t, "panicscollector") // which is written with the SDK
	running, err := host.start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer running.stop()
	line, _ := running.process.firstOutput.line()
	parts := strings.Split(string(line), "|")
	der, err := base64.RawStdEncoding.DecodeString(parts[len(parts)-1])
	if err != nil {
		t.Fatal(err)
	}
	for _, variable := range running.process.env {
		if text, ok := strings.CutPrefix(variable, wire.ClientCertificate+"="); ok {
			block, _ := pem.Decode([]byte(text))
			der = append(der, block.Bytes...)
		}
	}
	shown, err := x509.ParseCertificates(der)
	if err != nil || len(shown) != 2 {
		t.Fatalf("got %d certificates and %v, want the plugin's and the host's", len(shown), err)
	}
	for _, c := range shown {
		if key, ok := c.PublicKey.(*ecdsa.PublicKey); !ok || key.Curve != elliptic.P256() {
			t.Errorf("got a key %T of another curve, want P-256", c.PublicKey)
		}
	}
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
