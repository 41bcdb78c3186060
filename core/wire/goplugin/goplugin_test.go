package goplugin

import (
	"testing"

	"github.com/hashicorp/go-plugin"

	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// [Plugins] offers every version from [wire.Oldest] to [wire.Version], and [Handshake] has the
// newest. The library has the version and the protocol that [wire.Refusal] accepts.
func TestVersionsAreOffered(t *testing.T) {
	sets := Plugins(pluginpb.UnimplementedPluginServer{})
	for version := wire.Oldest; version <= wire.Version; version++ {
		if _, ok := sets[version][Name].(plugin.GRPCPlugin); !ok {
			t.Errorf("version %d is not offered", version)
		}
	}
	if got, want := len(sets), wire.Version-wire.Oldest+1; got != want || Handshake.ProtocolVersion != wire.Version {
		t.Errorf("got %d versions and %d in the handshake, want %d and %d", got, Handshake.ProtocolVersion, want,
			wire.Version)
	}
	if plugin.CoreProtocolVersion != wire.CoreVersion || plugin.ProtocolGRPC != wire.ProtocolName {
		t.Errorf("go-plugin speaks %d and %s, want %d and %s", plugin.CoreProtocolVersion, plugin.ProtocolGRPC,
			wire.CoreVersion, wire.ProtocolName)
	}
}
