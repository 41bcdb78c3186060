package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
)

func TestParseSIP(t *testing.T) {
	for text, want := range map[string]string{
		"sip_port = 5060": "5060 -", "SIP_PORT=5060\nsip_tls_port=5061": "5060 5061",
		"[sip]\r\n  sip_port = '5070' ; why\r\n":   "5070 -",
		"sip_tls_port = \"5061\"\n#sip_port = 1\n": "- 5061", "password = x=y\nsip_port=5060\nsip_port = 5060": "5060 -",
		"x_sip_port = 1\nsip_portal = 2\nsip_port = 3": "3 -",
		"": "", "sip_port": "", "sip_port = 0": "", "sip_port = 65536": "", "sip_port = -1": "", "sip_port = 5060 5061": "",
		"sip_port = ":                      "",
		"sip_port = 5060\nsip_port = 5070": "", "sip_port = 5060\nsip_tls_port = klinik": "", "# sip_port = 5060": "",
	} {
		port, tls, err := parseSIP(text)
		got := ""
		if err == nil {
			got = said(port) + " " + said(tls)
		} else if sdk.Explain(err) != sdk.Malformed {
			t.Errorf("%q: got %v, want %q", text, err, sdk.Malformed)
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func said(port *int64) string {
	if port == nil {
		return "-"
	}
	return fmt.Sprint(*port)
}

func FuzzParseSIP(f *testing.F) {
	f.Add("[sip]\nsip_port = 5060 ; x\nsip_tls_port=\"5061\"\n")
	f.Add("sip_port\x00=5060")
	f.Fuzz(func(t *testing.T, text string) {
		port, tls, err := parseSIP(text)
		for _, p := range []*int64{port, tls} {
			if p != nil && (*p < 1 || *p > 65535 || err != nil || !strings.Contains(text, fmt.Sprint(*p))) {
				t.Errorf("%q: got %d, %v", text, *p, err)
			}
		}
		if err == nil && port == nil && tls == nil {
			t.Errorf("%q: got nothing, and no error", text)
		}
	})
}

// A product that has one port for all speaks TLS there, and not TCP without it.
func TestOnePortForAll(t *testing.T) {
	t.Parallel()
	root := good(t)
	if err := spoilt("opt/mcu/mcms/sip.conf", "sip_port = 5061\nsip_tls_port = 5061\n")(root, nil); err != nil {
		t.Fatal(err)
	}
	got := collect(t, sdktest.On{Root: root, Sources: map[string]any{"mcu": located()}})
	if diff := cmp.Diff([]any{"tls"}, got.Values["sip_configuration_port"]["transport"]); diff != "" {
		t.Errorf("transport (-want +got)\n%s", diff)
	}
}
