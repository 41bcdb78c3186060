package conformance_test

import (
	"slices"
	"strings"
	"testing"

	"polycom.com/usagedata/test/conformance"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/selftest"
	"polycom.com/usagedata/test/shelf"
)

// S19: a failed check says what was seen: the status and the words of an error, how a process died
// with the last lines on standard error and the functions of its stack, the object and the system
// call of an act, and the word that a closed list lacks. It shows no name of the configuration.
func TestEvidenceSaysWhatWasSeen(t *testing.T) {
	for name, want := range map[string][]string{
		"crashes":         {"exit status 2", "panic: seerose-17", "shelf/handshake.go:"},
		"killedearly":     {"signal: killed", "| reading the settings"},
		"wideline":        {"its byte 1 is 0xff", `it begins with "\xff\xfe1\x00|`},
		"unhealthy":       {"NOT_SERVING"},
		"healthless":      {"Unimplemented", "no health for"},
		"alerts":          {"remote error: tls: handshake failure"},
		"answershttp":     {"first record does not look like a TLS handshake"},
		"internalcollect": {"At step 2, after ", "the status Internal", "decode seerose-17"},
		"longerror":       {"the status Unknown and a text of 2000000 bytes"},
		"hugetrailers":    {"headers or trailers have 100038 bytes or more, a host accepts 65536"},
		"panicscollector": {"counts: not available: the collector crashed", "panic=seerose-17", "shelf/sdk.go:"},
		"notes":           {`openat "ROOT/notes"; seen: `, "scenes: good, "},
		"asksshell":       {`clone "/`, `/products/asksshell/plugin"; seen: `},
		"phoneshome":      {`connect "tcp 127.0.0.1:9"; seen: `},
		"openhouse":       {`listen "tcp 127.0.0.1" on a port that the system chose`},
		"signals":         {"kill to the process that started it"},
		"ownword":         {`system.model is "gamma", which is not in its list: alpha, beta`},
		"ownkeys":         {`counts.by_type: "h320", a key that is not in its list: h323, sip`},
		"needsserver":     {"exit status 9", "it connected to tcp 127.0.0.1:"},
		"shortsighted":    {"counts: not available: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := failure(t, name)
			for _, text := range want {
				if !strings.Contains(found, text) {
					t.Errorf("got %s\nwant %q in it", found, text)
				}
			}
		})
	}
}

// failure runs the suite's check that is meant for a plugin, and returns everything that it says.
func failure(t *testing.T, name string) string {
	t.Helper()
	p, ok := shelf.Find(name)
	if !ok {
		t.Fatalf("there is no plugin %s", name)
	}
	g, err := selftest.Setup(t.TempDir(), p)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.Close)
	r, err := conformance.Test(t.Context(), conformance.Config{Product: g.Product, Root: g.Root, File: g.File, Seed: 1,
		Collects: 10, Only: []string{p.Check}})
	i := slices.IndexFunc(r.Checks, func(d result.Done) bool { return d.ID == p.Check })
	if err != nil || i < 0 || r.Checks[i].Outcome != result.Fail {
		t.Fatalf("got %v and no failure of %s", err, p.Check)
	}
	said := r.Checks[i].Says + "\n" + strings.Join(r.Checks[i].Evidence, "\n")
	for _, secret := range []string{shelf.HostName, "open-sesame", "mila@"} {
		if strings.Contains(strings.ToLower(said), secret) {
			t.Errorf("the evidence holds %s: %s", secret, said)
		}
	}
	return said
}
