package doctor

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"polycom.com/usagedata/core/config"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

const servant = 4711 // the service's user

// as calls do as another user. Only root can do this.
func as(t *testing.T, uid int, do func()) {
	t.Helper()
	if err := errors.Join(syscall.Setregid(-1, uid), syscall.Setreuid(-1, uid)); err != nil {
		t.Fatal(err)
	}
	do()
	if err := errors.Join(syscall.Setreuid(-1, 0), syscall.Setregid(-1, 0)); err != nil {
		t.Fatal(err)
	}
}

// S15: a file that only root can read does not work for the service. Each such file is a finding
// under the setting that names it, with the command that gives the service's user access.
func TestFilesThatTheServicesUserCannotRead(t *testing.T) {
	if os.Geteuid() != 0 {
		return
	}
	dir := t.TempDir()
	state, pki := filepath.Join(dir, "state"), filepath.Join(dir, "pki")
	i := Installation{Path: filepath.Join(dir, "config.yaml")}
	i.Settings.Folders = config.Folders{State: state, Log: filepath.Join(dir, "log", "new")}
	i.Settings.Analytics = filepath.Join(state, "analytics.json")
	i.Settings.Config.CollectionPoint = config.CollectionPoint{CA: filepath.Join(pki, "own", "ca.pem"),
		Key: filepath.Join(dir, "key")}
	i.Settings.Sources = map[string]map[string]any{"api": {"credentials": filepath.Join(dir, "credentials"),
		"url": "/x"}}
	i.Settings.Installed.Profile.Sources = []profile.Source{{Name: "api", Settings: []profile.SourceSetting{
		{Name: "credentials", Kind: profile.SettingSecret}, {Name: "url", Kind: profile.SettingText}}}}
	i.Settings.Installed.Dir = dir
	err := errors.Join(os.Chmod(filepath.Dir(dir), 0o755), os.Chmod(dir, 0o755), os.Mkdir(state, 0o750),
		os.MkdirAll(filepath.Join(pki, "own"), 0o700),
		os.Chown(state, servant, servant))
	for _, name := range []string{"config.yaml", "key", "credentials", "pki/own/ca.pem", "profile.yaml", "plugin",
		"plugin.sha256"} {
		err = errors.Join(err, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
	}
	if err != nil {
		t.Fatal(err)
	}
	const cantRead = ": the service's user 4711 can't read it"
	want := map[string][2]string{ // by part: text and hint
		"configuration/file":     {"config.yaml" + cantRead, "chgrp 4711 " + dir + "/config.yaml && chmod 0640 "},
		"configuration/products": {"profile.yaml" + cantRead, "chgrp 4711 " + dir + "/profile.yaml"},
		"configuration/collection_point.ca": {"ca.pem: the service's user 4711 can't enter the folder " + pki,
			"chgrp 4711 " + pki + " && chmod g+x " + pki},
		"configuration/collection_point.key":    {"key" + cantRead, "chmod 0640 " + dir + "/key"},
		"configuration/sources.api.credentials": {"credentials" + cantRead, "chmod 0640 "},
		"configuration/folders.log": {"log/new does not exist, and the service's user 4711 can't make it",
			"mkdir -p "},
	}
	as(t, servant, func() {
		for _, f := range i.configuration()[1:] {
			says, known := want[f.Part]
			if !known || f.State != Fail || !strings.HasSuffix(f.Says, says[0]) || !strings.Contains(f.Hint, says[1]) {
				t.Errorf("got %+v, want %q", f, says)
			}
			delete(want, f.Part)
		}
		if f := i.user(); f.State != OK || !strings.Contains(f.Says, "the service's user 4711") {
			t.Errorf("user: got %+v", f)
		}
	})
	for part := range want {
		t.Errorf("%s: nothing was said", part)
	}
	as(t, servant+1, func() {
		if f := i.user(); f.State != Warn || !strings.Contains(f.Says, "as user 4712; the service runs as user 4711") {
			t.Errorf("another user: got %+v", f)
		}
	})
	i.Settings.Folders.State += "-none"
	if f := i.user(); f.State != Warn || !strings.Contains(f.Says, "the service's user is not known") || f.Hint == "" {
		t.Errorf("before there is a state folder: got %+v", f)
	}
}

// If a source cannot be used, one finding has the cause, and the findings of its categories only
// refer to it.
func TestUnusableSourceIsOneFinding(t *testing.T) {
	var m missetSources
	m.note("b", "credentials: permission denied")
	m.note("a", "")
	m.note("b", "credentials: permission denied")
	found := m.findings()
	if len(found) != 2 || found[0].Part != "source a" || found[0].Says == "" ||
		found[1].Says != "credentials: permission denied" || found[1].State != Fail || found[1].Hint == "" {
		t.Errorf("got %+v", found)
	}
	got := unread("plugin/counts", usage.Misconfigured, true)
	if got.Hint != "" || !strings.Contains(got.Says, "see above") {
		t.Errorf("got %+v", got)
	}
}

// S15: the mode in the hint keeps a program executable and a folder searchable; otherwise the
// product would stop working.
func TestModeInTheHint(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for mode, want := range map[os.FileMode]string{0o600: "0640", 0o444: "0640", 0o700: "0750", 0o711: "0750"} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if got := modeOf(path); got != want {
			t.Errorf("%o: got %s, want %s", mode, got, want)
		}
	}
	if got := modeOf(filepath.Dir(path)); got != "0750" {
		t.Errorf("a folder: got %s, want 0750", got)
	}
}
