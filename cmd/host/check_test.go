package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/doctor"
	"polycom.com/usagedata/core/usage"
)

// P5: the report has one line per part, with the field's name in the text, and prints a hint that
// several warnings share once. The command fails if a part does not work, and gives the first such
// hint; a warning is not a failure.
func TestShowReport(t *testing.T) {
	warning := func(field, hint string) doctor.Finding {
		return doctor.Finding{Part: "withheld/" + field, State: doctor.Warn, Says: "own address", Hint: hint}
	}
	report := doctor.Report{Works: true, Parts: []doctor.Finding{
		{Part: "withheld", State: doctor.Warn, Says: "kept back"},
		warning("system.version", "rename it"), warning("system.build", "rename it"),
		warning("limits.ports", "tell the vendor"),
		{Part: "plugin/system/serial", State: doctor.Skip, Says: "not configured"},
	}}
	if err := failure(report); err != nil {
		t.Errorf("warnings: got %v, want no failure", err)
	}
	report.Parts = append(report.Parts, doctor.Finding{Part: "trust", State: doctor.Fail, Says: "no file"},
		doctor.Finding{Part: "binary/owner", State: doctor.Fail, Says: "not root", Hint: "chown"},
		doctor.Finding{Part: "configuration/sources.api.ca", State: doctor.Fail, Says: "no", Hint: "chgrp"},
		doctor.Finding{Part: "window", State: doctor.Fail, Says: "never open", Hint: "later"})
	err := failure(report)
	if err == nil || err.Error() != "4 of the parts above do not work" || usage.HintOf(err) != "chown" {
		t.Errorf("failures: got %v, hint %q", err, usage.HintOf(err))
	}
	var text strings.Builder
	if err := showReport(&text, report, false); err != nil {
		t.Fatal(err)
	}
	const want = `warn  withheld    kept back
warn    field     system.version: own address
warn    field     system.build: own address
                  hint: rename it
warn    field     limits.ports: own address
                  hint: tell the vendor
skip      serial  not configured
FAIL  trust       no file
FAIL    owner     not root
FAIL    setting   sources.api.ca: no
                  hint: chgrp
FAIL  window      never open
`
	if diff := cmp.Diff(want, text.String()); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
}

// An interrupted check fails as interrupted, like other commands, and gives no verdict on parts
// that it did not try.
func TestInterruptedCheck(t *testing.T) {
	s := assembled(t)
	path := filepath.Join(filepath.Dir(s.settings.Folders.State), "config.yaml")
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	var out, said strings.Builder
	code := run(ctx, []string{"--config", path, "check"}, streams{out: &out, err: &said})
	if want := "usagedata: check the installation: interrupted\n"; code != exitFailed || said.String() != want ||
		out.String() != "" {
		t.Errorf("got %d, %q, %q, want %d, %q and nothing else", code, said.String(), out.String(), exitFailed, want)
	}
}
