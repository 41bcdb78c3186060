package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
)

// If a port is odd, only that port is missing. If two lines contradict each other, the port is
// unknown.
func TestPortsOf(t *testing.T) {
	none, odd := string(sdk.NotConfigured), string(sdk.Malformed)
	for text, want := range map[string][2]string{
		"sip_port = 5060":                                            {"5060", none},
		"SIP_PORT=5060\nsip_tls_port=5061":                           {"5060", "5061"},
		"[sip]\r\n  sip_port = '5070' ; why\r\n":                     {"5070", none},
		"\ufeffsip_port = 5070\rsip_tls_port = 5061":                 {"5070", "5061"},
		"sip_port = 5070\x00\x00":                                    {"5070", none},
		"sip_tls_port = \"5061\"\n#sip_port = 1\n":                   {none, "5061"},
		"; sip_port = 1\nsip_tls_port = 5061 # 5062":                 {none, "5061"},
		"password = x=y\nsip_port=5060\nsip_port = 5060":             {"5060", none},
		"x_sip_port = 1\nsip_portal = 2\nsip_port = 3":               {"3", none},
		"owner = J\xfcrgen\nsip_port = 5060\nsip_tls_port = 5061":    {"5060", "5061"},
		"sip_port = 5060\nsip_tls_port = klinik":                     {"5060", odd},
		"sip_port = 0\nsip_tls_port = 5061":                          {odd, "5061"},
		"sip_port = 65536\nsip_tls_port = 65535":                     {odd, "65535"},
		"sip_port = 5060\nsip_port = 5070\nsip_tls_port = 5061":      {odd, "5061"},
		"sip_port = 5060\nsip_port =\nsip_tls_port = 5061":           {odd, "5061"},
		"sip_port\nsip_tls_port = 0x13c5":                            {odd, odd},
		"sip_port = -1":                                              {odd, none},
		"sip_port = +5060":                                           {odd, none},
		"sip_port = 5060.0":                                          {odd, none},
		"sip_port = 5060 5061":                                       {odd, none},
		"sip_port = 99999999999999999999":                            {odd, none},
		"sip_port = \u0665\u0660\u0666\u0660":                        {odd, none},
		"":                                                           {odd, odd},
		"# sip_port = 5060":                                          {odd, odd},
		"\xff\xfes\x00i\x00p\x00_\x00p\x00o\x00r\x00t\x00=\x005\x00": {odd, odd},
	} {
		plain, tls := portsOf(readable(text), nil)
		if got := [2]string{describePort(plain), describePort(tls)}; got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func describePort(p port) string {
	if p.number == nil {
		return string(sdk.Explain(p.err))
	}
	return fmt.Sprint(*p.number)
}

func FuzzPortOf(f *testing.F) {
	f.Add("[sip]\nsip_port = 5060 ; x\nsip_tls_port=\"5061\"\n")
	f.Add("sip_port\x00=5060")
	f.Fuzz(func(t *testing.T, text string) {
		got := portOf(readable(text), keyPort)
		if (got.number == nil) != (got.err != nil) {
			t.Errorf("%q: got %v", text, got)
		}
		if p := got.number; p != nil && (*p < 1 || *p > 65535 || !strings.Contains(text, fmt.Sprint(*p))) {
			t.Errorf("%q: got %d", text, *p)
		}
	})
}

// If a product has one port for everything, it speaks TLS there, not plain TCP.
func TestOnePortForAll(t *testing.T) {
	t.Parallel()
	root := good(t)
	if err := writtenTo("opt/mcu/mcms/sip.conf", "sip_port = 5061\nsip_tls_port = 5061\n")(root, nil); err != nil {
		t.Fatal(err)
	}
	got := collect(t, sdktest.On{Root: root, Sources: map[string]any{"mcu": located()}})
	if diff := cmp.Diff([]any{"tls"}, got.Values["sip_configuration_port"]["transport"]); diff != "" {
		t.Errorf("transport (-want +got)\n%s", diff)
	}
}
