package main

import (
	"os"
	"path/filepath"
	"testing"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/config"
)

// P13: the service, its log and the log archive know the names and the secrets of the
// [config.Config]. The product's own words do not count among them.
func TestP13ServiceKnowsTheConfiguredNames(t *testing.T) {
	settings := assembled(t).settings
	credentials := filepath.Join(t.TempDir(), "credentials")
	if err := os.WriteFile(credentials, []byte("proxyuser:Tr0ub4dor&3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	settings.Config.CollectionPoint.Host = "acme.weserbergland.example"
	settings.Config.Proxy = config.Proxy{URL: "http://10.99.7.3:3128", Credentials: credentials}
	names, err := (&service{settings: settings}).names()
	if err != nil {
		t.Fatal(err)
	}
	key := anonymize.EphemeralKey()
	gate := anonymize.Treat(key, settings.Installed.Profile, names, nil).Gate
	line, archived := lineScrubber(key, settings, names), contentsOf(settings).Named
	for text, want := range map[string]string{
		"at weserbergland": anonymize.RuleConfigured, "10.99.7.3": anonymize.RuleConfigured,
		"proxyuser": anonymize.RuleConfigured, "Tr0ub4dor&3": anonymize.RuleSecret, "acme": "",
	} {
		if rule, found := gate.Find(text, nil); rule != want || found != (want != "") {
			t.Errorf("%s: got %q %v, want %q", text, rule, found, want)
		}
		if got := archived(text); got != (want != "") {
			t.Errorf("%s in the archive: got %v", text, got)
		}
	}
	settings.Installed.Profile.Vocabulary = []string{"proxyuser", "Tr0ub4dor"}
	if got := line("password Tr0ub4dor&3"); got == "password Tr0ub4dor&3" {
		t.Errorf("got %q with a secret in it", got)
	}
}
