package doctor

import (
	"context"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/core/config"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/gate"
	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/upload"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/window"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/privateca"
)

// A finding is one line and does not name system calls.
func TestFindingIsOneLine(t *testing.T) {
	unreadable := &fs.PathError{Op: "open", Path: "/x", Err: fs.ErrPermission}
	err := errors.Join(usage.WithHint(unreadable, "chmod"), errors.New("b"))
	want := Finding{Part: "trust", State: Fail, Says: "/x: permission denied; b", Hint: "chmod"}
	if diff := cmp.Diff(want, tried("trust", "fine", err)); diff != "" {
		t.Errorf("want - got +:\n%s", diff)
	}
}

// SEND-2: trust comes from the configuration, else from the profile, else from the system, and the
// finding says from which.
func TestTrustNamesItsSource(t *testing.T) {
	var s config.Settings
	s.Installed.Dir, s.Installed.Profile.CollectionPoint.CA = "/products/acme", "ca.pem"
	s.Installed.Profile.CollectionPoint.Pins = make([]string, 2)
	want := works("trust", "only the certificate authorities in /products/acme/ca.pem, from the profile, and one of 2 "+
		"pinned keys")
	if diff := cmp.Diff(want, Installation{Settings: s}.trust()); diff != "" {
		t.Errorf("the profile's (-want +got):\n%s", diff)
	}
	s.CollectionPoint.CA = "/etc/own.pem"
	want.Says = "only the certificate authorities in /etc/own.pem, from the configuration, and one of 2 pinned keys"
	if diff := cmp.Diff(want, Installation{Settings: s}.trust()); diff != "" {
		t.Errorf("the administrator's (-want +got):\n%s", diff)
	}
	if got := (Installation{}).trust(); got != works("trust", "the system's certificate authorities") {
		t.Errorf("the system's: got %+v", got)
	}
	if err := upload.HasAuthorities(x509.NewCertPool(), nil); err == nil || usage.HintOf(err) == "" {
		t.Errorf("S16: no authorities: got %v, want an error with a hint", err)
	}
}

// If the environment sets variables that have no effect, a warning names them and not their values.
func TestEnvironment(t *testing.T) {
	got := Installation{Ignored: []string{"SSL_CERT_FILE", "https_proxy"}}.environment()
	if got.State != Warn || got.Says != "set, but ignored: SSL_CERT_FILE, https_proxy" || got.Hint == "" {
		t.Errorf("got %+v", got)
	}
	if got := (Installation{}).environment(); got.State != OK {
		t.Errorf("without: got %+v", got)
	}
}

// A source that this appliance does not have is [Skip]; a source that did not answer is [Fail].
func TestCategoriesThatCannotBeRead(t *testing.T) {
	for reason, want := range map[usage.Reason]State{
		usage.Unexplained: Fail, usage.NotConfigured: Skip, usage.Inapplicable: Skip, usage.NotOnRelease: Skip,
		usage.NotOnMachine: Skip, usage.NotYet: Skip, usage.MoreThanListed: Skip, usage.Misconfigured: Fail,
		usage.LoginRefused:   Fail,
		"of a later version": Fail,
	} {
		got := unread("plugin/counts", reason, false)
		if got.State != want || got.Says == "" || (got.Hint != "") != (reason == usage.Misconfigured) {
			t.Errorf("%q: got %+v, want %s", reason, got, want)
		}
	}
}

// The plugin must send the approved categories and no other. If it was built with another version
// of the profile, that is a warning.
func TestPluginMatchesTheProfile(t *testing.T) {
	p := profile.Profile{Categories: []profile.Category{{Name: "counts"}, {Name: "features"}}}
	for what, c := range map[string]struct {
		sends []string
		want  string
	}{
		"the same": {[]string{"features", "counts"}, ""},
		"one less": {[]string{"counts"}, "the plugin does not send category features of the profile"},
		"one more": {[]string{"counts", "features", "secrets"},
			"the plugin sends categories that the profile does not approve: they are dropped"},
		"one twice": {[]string{"counts", "counts", "features"}, ""},
	} {
		var d pluginpb.DescribeResponse
		for _, name := range c.sends {
			d.Categories = append(d.Categories, &pluginpb.CategoryDescription{Name: name})
		}
		got := fits(p, &d)
		state := map[bool]State{true: OK, false: Fail}[c.want == ""]
		if got.State != state || !strings.Contains(got.Says, c.want) {
			t.Errorf("%s: got %+v, want %q", what, got, c.want)
		}
		d.ProfileVersion = 2
		old := fits(p, &d)
		if want := "built with profile 2, but profile 0 is installed"; c.want == "" && (old.State != Warn ||
			!strings.HasSuffix(old.Says, want) || old.Hint == "") {
			t.Errorf("%s, of another version: got %+v, want a warning with a hint: %s", what, old, want)
		}
	}
}

// P5: each withheld field is [Warn] and not [Fail]; fields with the same hint are adjacent.
func TestWarnings(t *testing.T) {
	if got := warnings("withheld", nil, time.UTC); len(got) != 1 || got[0].State != OK {
		t.Errorf("none: got %+v, want it ok", got)
	}
	found := warnings("withheld", []status.Withheld{{Field: "a.x", Hint: "one"}, {Field: "a.y", Hint: "two"},
		{Field: "a.z", Hint: "one"}}, time.UTC)
	var got []string
	for _, f := range found {
		got = append(got, string(f.State)+" "+f.Part+" "+f.Hint)
	}
	want := []string{"warn withheld ", "warn withheld/a.x one", "warn withheld/a.z one", "warn withheld/a.y two"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want - got +:\n%s", diff)
	}
	if failed := (Report{Parts: found}).Failed(); len(failed) != 0 {
		t.Errorf("got %v, want no failure", failed)
	}
}

// A logo that the page does not show is a warning: the rest of the product works.
func TestLogoIsReported(t *testing.T) {
	i := Installation{Settings: config.Settings{Installed: product.Installed{Dir: t.TempDir()}}}
	if got := i.product(); len(got) != 1 {
		t.Errorf("without a logo: got %+v", got)
	}
	i.Settings.Installed.Profile.Logo = "logo.svg"
	got := i.product()
	if len(got) != 2 || got[1].Part != "product/logo" || got[1].State != Warn || got[1].Hint == "" {
		t.Errorf("without its file: got %+v want a warning with a hint", got)
	}
}

// S6: if a certificate of the authorities cannot be read, or none is valid, a warning names the
// file and the problem.
func TestAuthorities(t *testing.T) {
	ca, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "ca.pem")
	for name, tt := range map[string]struct {
		text  string
		later time.Duration
		want  string
	}{
		"good":    {string(ca.PEM()), 0, ""},
		"one odd": {string(ca.PEM()) + "-----BEGIN CERTIFICATE-----\n" + string(ca.PEM()), 0, "1 of 3 certificates"},
		"expired": {string(ca.PEM()), 11 * 365 * 24 * time.Hour, "no certificate is valid now"},
		"early":   {string(ca.PEM()), -11 * 365 * 24 * time.Hour, "no certificate is valid now"},
	} {
		if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		var i Installation
		i.Settings.CollectionPoint.CA = path
		got := i.authorities(time.Now().Add(tt.later))
		if len(got) != min(len(tt.want), 1) {
			t.Errorf("%s: got %+v want %q", name, got, tt.want)
			continue
		}
		for _, f := range got {
			if f.State != Warn || f.Hint == "" || !strings.Contains(f.Says, path) ||
				!strings.Contains(f.Says, tt.want) {
				t.Errorf("%s: got %+v want a warning of %q", name, f, tt.want)
			}
		}
	}
}

// S17, T16: an appliance certificate that is not valid now is a failure, whatever the collection
// point answers in the handshake.
func TestOwnCertificate(t *testing.T) {
	ca, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	own, err := ca.IssueClient("appliance")
	if err != nil {
		t.Fatal(err)
	}
	text, err := privateca.PEM(own)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "own.pem")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		path       string
		now        time.Time
		state      State
		says, hint string
	}{
		"valid":     {path, own.Leaf.NotAfter, OK, "valid until ", ""},
		"expired":   {path, own.Leaf.NotAfter.Add(time.Second), Fail, "expired since ", "operator"},
		"not yet":   {path, own.Leaf.NotBefore.Add(-time.Second), Fail, "not valid before ", "`date -u`"},
		"removed":   {path + ".none", own.Leaf.NotAfter, Fail, "no such file or directory", ""},
		"none here": {"", own.Leaf.NotAfter, "", "", ""},
	} {
		var i Installation
		i.Settings.Config.CollectionPoint = config.CollectionPoint{Certificate: tt.path, Key: tt.path}
		got := i.ownCertificate(tt.now)
		if tt.path == "" {
			if len(got) != 0 {
				t.Errorf("%s: got %+v, want nothing", name, got)
			}
			continue
		}
		if len(got) != 1 || got[0].State != tt.state || !strings.HasPrefix(got[0].Says, tt.says) &&
			!strings.HasSuffix(got[0].Says, tt.says) || !strings.Contains(got[0].Hint, tt.hint) {
			t.Errorf("%s: got %+v, want %s %s…", name, got, tt.state, tt.says)
		}
	}
}

func TestNameOf(t *testing.T) {
	for uid, want := range map[uint32]string{0: "root", 4_000_000_001: "user 4000000001"} { // no such account
		if got := nameOf(uid); got != want {
			t.Errorf("%d: got %q, want %q", uid, got, want)
		}
	}
}

func TestWindowAndClock(t *testing.T) {
	for d, want := range map[time.Duration][2]string{
		0: {"0 s", "0s"}, 1500 * time.Millisecond: {"1.5 s", "2s"}, 30 * time.Second: {"30 s", "30s"},
		5 * time.Minute: {"300 s", "5m"}, 14*time.Minute + 50*time.Second: {"890 s", "14m50s"},
	} {
		if got := [2]string{seconds(d), minutes(d)}; got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
}

// S14, S17, SEND-3, SEND-4: the check connects to the collection point only when an upload could,
// and never at the expense of one.
func TestCollectionPoint(t *testing.T) {
	const most = 100_000
	hour := time.Date(2026, 3, 1, 12, 0, 0, 0, time.Local)
	for name, c := range map[string]struct {
		choice consent.Choice
		minute time.Duration
		spent  int64
		shaken upload.HandshakeResult
		err    error
		want   Finding
		tries  bool
		asked  time.Duration // requested wait, from the hour on
	}{
		"connected": {consent.Allowed, 30, most / 2, upload.HandshakeResult{Version: "TLS 1.3"}, nil, Finding{State: OK,
			Says: "point.example, port 8443: connected with TLS 1.3, certificate trusted, through the configured " +
				"proxy"},
			true, 0},
		"client certificate requested": {consent.Allowed, 30, 0, upload.HandshakeResult{Version: "TLS 1.2",
			NoCertificate: true}, nil, Finding{State: Warn,
			Says: "it asks for a client certificate, but this appliance has none", Hint: "collection_point.key"}, true,
			0},
		"client certificate of another authority": {consent.Allowed, 30, 0, upload.HandshakeResult{Version: "TLS 1.3",
			OtherIssuer: true}, nil, Finding{
			State: Warn, Says: "this appliance's certificate is not from an authority that it accepts",
			Hint: "collection_point.certificate"}, true, 0},
		"connection refused": {consent.Allowed, 30, 0, upload.HandshakeResult{},
			usage.WithHint(errors.New("connection refused"), "firewall"),
			Finding{State: Fail, Says: "connection refused", Hint: "firewall"}, true, 0},
		"window closes during the check": {consent.Allowed, 30, 0, upload.HandshakeResult{}, gate.ErrClosed,
			Finding{State: Skip, Says: "around the hour"}, true, 0},
		"half of the budget used": {consent.Allowed, 30, most/2 + 1, upload.HandshakeResult{}, nil,
			Finding{State: Skip, Says: "more than half of the 100000 bytes"}, false, 0},
		"around the hour": {consent.Allowed, 57, 0, upload.HandshakeResult{}, nil,
			Finding{State: Skip, Says: "around the hour"}, false, 0},
		"denied": {consent.Denied, 30, 0, upload.HandshakeResult{}, nil,
			Finding{State: Skip, Says: "sending is not allowed"}, false, 0},
		"asked to wait": {consent.Allowed, 30, 0, upload.HandshakeResult{}, nil,
			Finding{State: Skip, Says: "the collection point asked to wait until 12:31"}, false, 31},
		"asked to wait, and it is over": {consent.Allowed, 30, 0, upload.HandshakeResult{}, nil, Finding{State: OK},
			true, 30},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			money, err := budget.Open(durable.OS{}, filepath.Join(dir, "budget"), most)
			if err != nil {
				t.Fatal(err)
			}
			money.Charge(hour, c.spent)
			tried := false
			blackout := window.Window{Before: 5 * time.Minute, After: 5 * time.Minute}
			i := Installation{
				Decision: consent.Open(durable.OS{}, filepath.Join(dir, "d"), filepath.Join(dir, "h"), "acme"),
				Asked:    hour.Add(c.asked * time.Minute),
				Gate:     &gate.Gate{Window: blackout, Budget: money},
				Shake: func(context.Context) (upload.HandshakeResult, error) {
					tried = true
					return c.shaken, c.err
				}}
			p := &i.Settings.Installed.Profile
			p.CollectionPoint.Host, p.CollectionPoint.Port, p.Limits.Hour = "point.example", 8443, most
			i.Settings.Proxy.URL = "http://proxy.example:3128"
			d := consent.Decision{Choice: c.choice, Time: hour, Actor: "admin", Way: consent.ByCommand, Product: "acme"}
			if err := i.Decision.Write(d); err != nil {
				t.Fatal(err)
			}
			got := i.collectionPoint(t.Context(), hour.Add(c.minute*time.Minute), d)
			if got.State != c.want.State || !strings.Contains(got.Says, c.want.Says) ||
				!strings.Contains(got.Hint, c.want.Hint) || tried != c.tries {
				t.Errorf("got %+v, tried: %t, want %+v, %t", got, tried, c.want, c.tries)
			}
		})
	}
}
