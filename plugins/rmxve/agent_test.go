package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/core/sdk/source/snmp"
	"polycom.com/usagedata/test/appliance/snmpd"
)

// An agent that stops costs what only it tells.
func TestAnAgentThatStops(t *testing.T) {
	t.Parallel()
	d := agent(t, snmpd.RMX()...)
	source := asked(t, d)
	if err := d.Stop(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Continue(); err != nil {
			t.Error(err)
		}
	})
	t.Run("beside files", func(t *testing.T) {
		t.Parallel()
		root := good(t)
		got := collect(t, sdktest.On{Root: root, Sources: map[string]any{"mcu": located(), "snmp": source}})
		want := knownFacts(t, root)
		want["software_version"] = map[string]any{"version": "8.9.0.123.456", "source": "file"}
		delete(want["sip_configuration_port"], "status")
		if diff := cmp.Diff(want, got.Values); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		omitted := map[string]sdk.Reason{"software_version.build_date": sdk.TimedOut,
			"sip_configuration_port.status": sdk.TimedOut}
		if diff := cmp.Diff(omitted, got.Omitted); diff != "" {
			t.Errorf("omitted (-want +got)\n%s", diff)
		}
		if want := "another source is read instead"; !strings.Contains(got.Log, want) {
			t.Errorf("got log %q, want %q", got.Log, want)
		}
	})
	t.Run("alone", func(t *testing.T) {
		t.Parallel()
		got := collect(t, sdktest.On{Root: "testdata/good", Sources: map[string]any{"snmp": source}})
		omitted := map[string]sdk.Reason{"mcu_version": sdk.TimedOut, "software_version": sdk.TimedOut,
			"sip_configuration_port.status":     sdk.TimedOut,
			"sip_configuration_port.configured": sdk.NotConfigured, "sip_configuration_port.configured_tls": sdk.NotConfigured}
		if diff := cmp.Diff(omitted, got.Omitted); diff != "" {
			t.Errorf("omitted (-want +got)\n%s", diff)
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

// An agent of something else has none of the objects.
func TestAnAgentOfAnotherProduct(t *testing.T) {
	t.Parallel()
	got := collect(t, sdktest.On{Root: "testdata/good",
		Sources: map[string]any{"snmp": asked(t, agent(t, snmpd.DMA()...))}})
	omitted := map[string]sdk.Reason{"mcu_version": sdk.NotOnRelease, "software_version": sdk.NotOnRelease,
		"sip_configuration_port.status":     sdk.NotOnRelease,
		"sip_configuration_port.configured": sdk.NotConfigured, "sip_configuration_port.configured_tls": sdk.NotConfigured}
	if diff := cmp.Diff(omitted, got.Omitted); diff != "" {
		t.Errorf("omitted (-want +got)\n%s", diff)
	}
}

// SEND-5: what a cycle asks of the agent. README.md states the figure.
func TestRequestsPerCycle(t *testing.T) {
	t.Parallel()
	sources := map[string]any{"mcu": located(), "snmp": asked(t, agent(t, snmpd.RMX()...))}
	env := sdktest.Env(t, sdktest.On{Root: "testdata/good", Sources: sources})
	a := snmp.Open(env)
	m := newMCU(env, a)
	p := sdk.Period{Start: end.Add(-time.Hour), End: end}
	_, first := m.mcuVersion(t.Context(), p)
	_, second := m.softwareVersion(t.Context(), p)
	_, third := m.sip(t.Context(), p)
	_, fourth := m.mcuType(t.Context(), p)
	if err := errors.Join(first, second, third, fourth); err != nil || a.Requests() != 1 {
		t.Errorf("got %d requests, %v, want 1", a.Requests(), err)
	}
}
