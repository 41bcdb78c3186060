package anonymize_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"polycom.com/usagedata/core/anonymize"
)

// root makes the files of a machine.
func root(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

var acmeFiles = map[string]string{
	"etc/hostname":                    "acme-core-01.corp.example.com\n",
	"proc/sys/kernel/domainname":      "nis-wien\n",
	"etc/resolv.conf":                 "# by hand\nsearch clinic.example.org local\ndomain branch.example.org\nnameserver 10.33.7.53\nnameserver 127.0.0.53\n",
	"etc/hosts":                       "127.0.0.1 localhost localhost.localdomain\n::1 ip6-localhost ip6-loopback\n10.33.7.99 pbx-old # pbx\n\n",
	"etc/passwd":                      "root:x:0:0:root:/root:/bin/bash\nsshd:x:74:74::/:/sbin/nologin\nbridge:x:100:100::/:/bin/sh\njsmith:x:1000:1000:Jane Smith,Room 9:/home/j:/bin/bash\nbob:x:1001:1001::/home/b:/bin/zsh\ndaemon2:x:1002:1002::/:/usr/sbin/nologin\nbroken\n",
	"sys/class/net/ignored/operstate": "",
}

// gate is a leak gate that knows the machine above and nothing else.
func gate(t *testing.T) *anonymize.LeakGate {
	t.Helper()
	names, err := anonymize.ApplianceAt(root(t, acmeFiles))
	if err != nil {
		t.Fatal(err)
	}
	return anonymize.NewLeakGate(names, anonymize.New(anonymize.EphemeralKey(), acme()))
}

// ANON-1: what the appliance is called is known from all the places where it is written down.
func TestApplianceKnowsItsNames(t *testing.T) {
	g := gate(t)
	running, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for value, want := range map[string]string{
		"on acme-core-01.corp.example.com":    anonymize.RuleHost,
		"acme-core-01":                        anonymize.RuleHost,
		"x.corp.example.com":                  anonymize.RuleDomain,
		running:                               anonymize.RuleHost,
		"nis-wien":                            anonymize.RuleDomain,
		"pc1.clinic.example.org":              anonymize.RuleDomain,
		"branch.example.org":                  anonymize.RuleDomain,
		"10.33.7.53":                          anonymize.RuleNameServer,
		"10.33.7.99:22":                       anonymize.RuleHosts,
		"pbx-old":                             anonymize.RuleHosts,
		"login by jsmith":                     anonymize.RuleUser,
		"Jane Smith":                          anonymize.RuleUser,
		"bob logged in":                       anonymize.RuleUser,
		"bobsleigh":                           "", // three letters stand by themselves
		"localhost 127.0.0.1 ::1":             "",
		"root bridge sshd daemon2":            "",
		"local users":                         "",
		"ip6-localhost localhost.localdomain": "",
		"10.33.7.5":                           "",
		"127.0.0.53":                          "",
	} {
		if got, found := g.Find(value); got != want || found != (want != "") {
			t.Errorf("%q: got %q, want %q", value, got, want)
		}
	}
}

// ANON-1: a gate that can't learn the names lets nothing pass.
func TestApplianceFailsClosed(t *testing.T) {
	for _, missing := range []string{"etc/hosts", "etc/passwd"} {
		files := map[string]string{}
		for name, text := range acmeFiles {
			if name != missing {
				files[name] = text
			}
		}
		names, err := anonymize.ApplianceAt(root(t, files))
		if err == nil {
			t.Errorf("without %s: got no error", missing)
		}
		g := anonymize.NewLeakGate(names, anonymize.New(anonymize.EphemeralKey(), acme()))
		if rule, found := g.Find("harmless"); !found || rule != anonymize.RuleBlind {
			t.Errorf("without %s: got %q %v, want nothing to pass", missing, rule, found)
		}
	}
}

func TestFilesThatNotEverySystemHas(t *testing.T) {
	files := map[string]string{"etc/hosts": "", "etc/passwd": ""}
	if _, err := anonymize.ApplianceAt(root(t, files)); err != nil {
		t.Errorf("got %v, want no error", err)
	}
}

// The machine that runs the tests has names too.
func TestAppliance(t *testing.T) {
	names, err := anonymize.Appliance()
	if err != nil {
		t.Fatal(err)
	}
	g := anonymize.NewLeakGate(names, anonymize.New(anonymize.EphemeralKey(), acme()))
	running, _ := os.Hostname()
	if _, found := g.Find("on " + strings.ToUpper(running) + " it runs"); !found {
		t.Error("got nothing, want the host's name found")
	}
}
