package wire

import (
	"fmt"
	"testing"

	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/wirepage"
)

// PLUG-2: authors in other languages have only the page, so it must give the limits.
func TestPageHasTheLimits(t *testing.T) {
	wirepage.Limits(t, "core/wire", map[string]any{
		"headers of an answer":   wirepage.Bytes(maxHeaders),
		"values in one category": maxValues,
		"depth of a value":       maxDepth,
		"remembered values":      wirepage.Bytes(MaxCarryover),
	})
}

func TestPageHasTheHandshake(t *testing.T) {
	wirepage.Says(t, fmt.Sprintf("| `%s` | `%s`.", Handshake.MagicCookieKey, Handshake.MagicCookieValue))
	wirepage.Says(t, fmt.Sprintf("| `%s` | `%s`:", Lifeline, LifelineStdin))
	wirepage.Says(t, fmt.Sprintf("%d|%d|unix|/run/", CoreVersion, Version))
	wirepage.Says(t, fmt.Sprintf("This page is about version %d.", Version))
}

func TestPageHasTheServices(t *testing.T) {
	methods := map[string]string{}
	for _, row := range wirepage.Rows(t, "service") {
		methods[row[0]] = row[1]
	}
	service := pluginpb.File_plugin_proto.Services().Get(0)
	want := fmt.Sprintf("%s, %s: [plugin.proto](plugin.proto), which explains each message",
		service.Methods().Get(0).Name(), service.Methods().Get(1).Name())
	if got := methods[string(service.FullName())]; got != want {
		t.Errorf("got %q want %q", got, want)
	}
}
