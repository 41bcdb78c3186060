package sdk

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"path"

	"polycom.com/usagedata/core/internal/lookup"
	"polycom.com/usagedata/core/sdk/internal/rooted"
	"polycom.com/usagedata/core/usage"
)

// Env is what a plugin is given to read. A plugin reads nothing else. Main gives the appliance's, and sdktest that of a
// test.
type Env struct {
	// Root is the file system of the appliance: env.Root.Open("etc/os-release"). Links lead where they lead on the
	// appliance, also absolute ones and also if Root is a folder of this machine, as in a test or in a preview.
	Root fs.FS
	// Log is the plugin's part of the host's log. The host scrubs each line; log counts and names of your own making.
	Log *slog.Logger
	// Memory is what the plugin kept in the last cycle.
	Memory *Memory
	// Sources are the administrator's settings by the name of the source. Source decodes them.
	Sources map[string]json.RawMessage
}

// Path returns where a path of the appliance is on this machine, for a library that takes names: an absolute path that
// leads through no link below the root. It leads nowhere if Root is no folder of this machine.
func (e Env) Path(name string) string {
	if at, ok := e.Root.(rooted.FS); ok {
		return at.Path(name)
	}
	return path.Join(rooted.Nowhere, name)
}

// ReadFile reads a file of the appliance whole: env.ReadFile(ctx, "opt/acme/counts.json", 64<<10). A file that is
// missing, or that the service may not read, is an error with that reason. A file that is longer than limit is
// Malformed, and so are a pipe and a folder in its place: nothing is waited for. A file that does not answer within two
// seconds, as of a server that is gone, is TimedOut. The errors name neither the file nor what is in it, so that they
// may be logged.
func (e Env) ReadFile(ctx context.Context, name string, limit int64) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ctx, cancel := lookup.Limited(ctx)
	defer cancel()
	return lookup.Begin(func() ([]byte, error) { return e.read(name, limit) }).Wait(ctx)
}

func (e Env) read(name string, limit int64) ([]byte, error) {
	f, err := e.Root.Open(path.Join(".", path.Join("/", name)[1:]))
	if err != nil {
		return nil, fmt.Errorf("open the file: %w", usage.Cause(err))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("open the file: %w", usage.Cause(err))
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("open the file: it is no regular one: %w", NotAvailable(Malformed))
	}
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read the file: %w", usage.Cause(err))
	}
	if int64(len(text)) > limit {
		return nil, fmt.Errorf("read the file: more than %d bytes: %w", limit, NotAvailable(Malformed))
	}
	return text, nil
}

// Source decodes what the administrator configured under sources.<name> into a struct with json tags;
// ErrNotConfigured if there is nothing.
func (e Env) Source(name string, into any) error {
	text, ok := e.Sources[name]
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
