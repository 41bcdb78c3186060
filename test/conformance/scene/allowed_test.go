package scene

import (
	"testing"

	"polycom.com/usagedata/test/conformance/observe"
)

// SEND-5: the suite allows a plugin the same acts as the host: those in its own folder, and those
// toward its sources.
func TestAllows(t *testing.T) {
	with := World{Sources: map[string]any{"station": map[string]any{"url": "https://station.example/api",
		"address": "127.0.0.1:161"}}}
	folder := World{Sources: map[string]any{"station": map[string]any{"folders": []any{"/var/none"}}}}
	unnamed := World{Sources: map[string]any{"station": map[string]any{"address": "[::1]:161"}}}
	for _, tt := range []struct {
		world World
		act   observe.Act
		want  bool
	}{
		{World{}, observe.Act{Kind: observe.Write, Object: "/dev/null"}, true},
		{World{}, observe.Act{Kind: observe.Write, Object: "/tmp/ud123/plugin9"}, true},
		{World{}, observe.Act{Kind: observe.Write, Object: "/tmp/ud123/../other"}, false},
		{World{}, observe.Act{Kind: observe.Write, Object: "/tmp/udder"}, false},
		{World{}, observe.Act{Kind: observe.Write, Object: "/etc/motd"}, false},
		{World{}, observe.Act{Kind: observe.Listen, Object: "unix /tmp/ud123/s"}, true},
		{World{}, observe.Act{Kind: observe.Listen, Object: "unix /run/s"}, false},
		{World{}, observe.Act{Kind: observe.Listen, Object: "tcp 127.0.0.1:80"}, false},
		{World{}, observe.Act{Kind: observe.Connect, Object: "tcp 127.0.0.1:443"}, false},
		{World{}, observe.Act{Kind: observe.Connect, Object: "udp 127.0.0.1:53"}, false},
		{with, observe.Act{Kind: observe.Connect, Object: "tcp 127.0.0.1:443"}, true},
		{with, observe.Act{Kind: observe.Connect, Object: "udp 127.0.0.1:161"}, true},
		{with, observe.Act{Kind: observe.Connect, Object: "udp 127.0.0.53:53"}, true},
		{with, observe.Act{Kind: observe.Connect, Object: "tcp 127.0.0.1:25"}, false},
		{with, observe.Act{Kind: observe.Connect, Object: "tcp 192.0.2.1:443"}, true},
		{with, observe.Act{Kind: observe.Connect, Object: "udp 192.0.2.1:161"}, false},
		{unnamed, observe.Act{Kind: observe.Connect, Object: "udp [::1]:161"}, true},
		{unnamed, observe.Act{Kind: observe.Connect, Object: "udp 127.0.0.53:53"}, false},
		{with, observe.Act{Kind: observe.Connect, Object: "unix /run/other/socket"}, false},
		{World{}, observe.Act{Kind: observe.Connect, Object: "unix /run/nscd/socket"}, true},
		{folder, observe.Act{Kind: observe.Connect, Object: "unix /var/none/.s.PGSQL.5432"}, true},
		{folder, observe.Act{Kind: observe.Connect, Object: "unix /var/none"}, true},
		{folder, observe.Act{Kind: observe.Connect, Object: "unix /var/nonesuch"}, false},
		{folder, observe.Act{Kind: observe.Connect, Object: "unix /run/docker.sock"}, false},
		{World{}, observe.Act{Kind: observe.Connect, Object: "netlink route"}, true},
		{with, observe.Act{Kind: observe.Listen, Object: "udp 0.0.0.0:0"}, true},
		{with, observe.Act{Kind: observe.Listen, Object: "udp 0.0.0.0:161"}, false},
		{World{}, observe.Act{Kind: observe.Listen, Object: "udp 0.0.0.0:0"}, false},
		{with, observe.Act{Kind: observe.Execute, Object: "/bin/sh"}, false},
		{with, observe.Act{Kind: observe.Process}, false},
		{with, observe.Act{Kind: observe.Signal, Object: "1"}, false},
		{with, observe.Act{Kind: "of a later version"}, false},
	} {
		if got := tt.world.allows(station)(tt.act); got != tt.want {
			t.Errorf("%s %q: got %v want %v", tt.act.Kind, tt.act.Object, got, tt.want)
		}
	}
}
