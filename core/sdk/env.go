package sdk

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/hashicorp/go-hclog"
)

// Env is what a plugin is given to read. A plugin reads nothing else: tests hand it a folder of their own.
type Env struct {
	Root    string // absolute path of the file system to read: "/" on an appliance
	Log     hclog.Logger
	Memory  *Memory // of the last cycle
	sources map[string]json.RawMessage
}

// NewEnv makes an Env of a root and the sources part of a configuration, as JSON. Plugins get theirs from Main; this
// is for tests.
func NewEnv(root string, sources []byte, log hclog.Logger) (Env, error) {
	env := Env{Root: root, Log: log, Memory: &Memory{}}
	if len(sources) == 0 {
		return env, nil
	}
	if err := json.Unmarshal(sources, &env.sources); err != nil {
		return Env{}, fmt.Errorf("decode sources: %w", err)
	}
	return env, nil
}

// Path returns where a path of the appliance lies: env.Path("etc/os-release").
func (e Env) Path(name string) string { return filepath.Join(e.Root, name) }

// Source decodes what the administrator configured under sources.<name> into a struct with json tags;
// ErrNotConfigured if there is nothing.
func (e Env) Source(name string, into any) error {
	text, ok := e.sources[name]
	if !ok {
		return fmt.Errorf("source %s: %w", name, ErrNotConfigured)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("decode source %s: %w", name, err)
	}
	return nil
}
