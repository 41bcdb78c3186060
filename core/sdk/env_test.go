package sdk

import (
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/go-hclog"
)

func TestPathLiesUnderTheRoot(t *testing.T) {
	env, err := NewEnv("/srv/root", nil, hclog.NewNullLogger())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := env.Path("etc/os-release"), "/srv/root/etc/os-release"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSource(t *testing.T) {
	env, err := NewEnv("/", []byte(`{"api":{"url":"https://localhost"},"other":{"urL2":1}}`), hclog.NewNullLogger())
	if err != nil {
		t.Fatal(err)
	}
	var settings struct {
		URL string `json:"url"`
	}
	if err := env.Source("api", &settings); err != nil || settings.URL != "https://localhost" {
		t.Errorf("got %q, %v, want the configured URL", settings.URL, err)
	}
	if err := env.Source("absent", &settings); !errors.Is(err, ErrNotConfigured) {
		t.Errorf("got %v, want %v", err, ErrNotConfigured)
	}
	if err := env.Source("other", &settings); err == nil || !strings.Contains(err.Error(), "source other") {
		t.Errorf("a setting that is not known: got %v, want an error that names the source", err)
	}
}

func TestSourcesThatAreNotJSON(t *testing.T) {
	if _, err := NewEnv("/", []byte("a: b"), hclog.NewNullLogger()); err == nil {
		t.Error("got no error, want one")
	}
}
