package config

import (
	"strings"
	"testing"

	"polycom.com/usagedata/core/usage"
)

// The socket is in the folder of the service's other sockets and belongs to the service's user
// alone, unless the configuration says otherwise.
func TestSocket(t *testing.T) {
	for text, want := range map[string]struct {
		path  string
		group int
	}{
		"":                                       {"/run/usagedata/admin.sock", -1},
		"folders: {run: /run/ud}":                {"/run/ud/admin.sock", -1},
		"admin: {socket: /run/x/s, group: root}": {"/run/x/s", 0},
	} {
		s, err := load(t, appliance(t), "product: acme\nproducts: DIR/products\n"+text+"\n")
		if err != nil || s.Admin.Socket != want.path || s.Group != want.group {
			t.Errorf("%q: got %s, %d and %v, want %v", text, s.Admin.Socket, s.Group, err, want)
		}
	}
}

// VIEW-3: an unknown group is a mistake, and never means everyone.
func TestMistakesInSocket(t *testing.T) {
	for text, want := range map[string]string{
		"{group: nosuchgroup}": "config.yaml:3: admin.group: group nosuchgroup is not known to this system",
		"{socket: run/s}":      "config.yaml:3: admin.socket must be an absolute path",
		"{socket: /run/" + strings.Repeat("x", 200) + "}"://
		"config.yaml:3: admin.socket: the path of the socket is too long: it has 205 bytes",
		"{mode: 0666}": "config.yaml:3: unknown key",
	} {
		_, err := load(t, appliance(t), "product: acme\nproducts: DIR/products\nadmin: "+text+"\n")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
		if strings.Contains(text, "group") && usage.HintOf(err) == "" {
			t.Errorf("%s: got no hint", text)
		}
	}
}
