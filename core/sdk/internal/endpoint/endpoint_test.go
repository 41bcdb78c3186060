package endpoint

import (
	"io"
	"os"
	"strings"
	"testing"

	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/privateca"
)

// The newest version that both know is chosen. The conformance suite tests the rest of the
// handshake, the services and the end.
func TestChosenVersion(t *testing.T) {
	for offered, want := range map[string]int{
		"1": 1, "2,1": 1, "1,99": 1, "": wire.Version, "99": wire.Version, "x": wire.Version, "0,-1": wire.Version,
	} {
		if got := chosen(offered); got != want {
			t.Errorf("offered %q: got %d, want %d", offered, got, want)
		}
	}
}

// PLUG-1: a plugin that was not started by a host, or whose clients it could not verify, does not
// listen and prints no handshake.
func TestServesOnlyAHost(t *testing.T) {
	ca, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		wire.Handshake.MagicCookieKey: "cannot be run by hand", wire.ClientCertificate: "no certificate",
		folderVariable: "no folder",
	} {
		folder := t.TempDir()
		t.Setenv(wire.Handshake.MagicCookieKey, wire.Handshake.MagicCookieValue)
		t.Setenv(wire.ClientCertificate, string(ca.PEM()))
		t.Setenv(folderVariable, folder)
		t.Setenv(name, "")
		var out strings.Builder
		err := Serve(pluginpb.UnimplementedPluginServer{}, io.Writer(&out))
		if err == nil || !strings.Contains(err.Error(), want) || out.Len() > 0 {
			t.Errorf("without %s: got %v and %q, want %q", name, err, out.String(), want)
		}
		if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
			t.Errorf("without %s: got %v, %v in the folder", name, left, err)
		}
	}
}
