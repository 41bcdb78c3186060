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
	"polycom.com/usagedata/core/internal/rooted"
	"polycom.com/usagedata/core/usage"
)

// Env holds everything that a plugin may read. [Main] provides the appliance's Env, and package
// sdktest provides one for a test.
type Env struct {
	// Root is the file system of the appliance: env.Root.Open("etc/os-release"). Symbolic links,
	// including absolute ones, are resolved as on the appliance, even if Root is a directory of
	// this machine, as in a test or a preview.
	Root fs.FS
	// Log writes to the host's log. The host scrubs each line; log only counts and names that you
	// chose yourself.
	Log *slog.Logger
	// Carryover holds the values that the plugin kept in the last cycle, with [Carryover.Keep].
	Carryover *Carryover
	// Counters holds the numbers that the plugin kept in the last cycle, with [Counters.Keep].
	Counters *Counters
	// Sources holds the administrator's settings by the name of the source. [Env.Source] decodes
	// them.
	Sources map[string]json.RawMessage
}

// Path returns the path on this machine of a path of the appliance, for a library that takes file
// names. The result is absolute and contains no symbolic link below the root. If Root is not a
// directory of this machine, no file exists at the result.
func (e Env) Path(name string) string {
	if at, ok := e.Root.(rooted.FS); ok {
		return at.Path(name)
	}
	return path.Join(rooted.Nowhere, name)
}

// ReadFile reads a whole file of the appliance: env.ReadFile(ctx, "opt/acme/counts.json", 64<<10).
// If the file is missing, the reason of the error is [NotFound]; if the service may not read it,
// [NotPermitted]. A file longer than limit is [Malformed]. A pipe or a directory is [Malformed]
// too; ReadFile does not wait for it. If the file does not answer within two seconds, for example
// because its file server is gone, the reason is [TimedOut]. The errors contain neither the name of
// the file nor its content, so they may be logged.
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
		return nil, fmt.Errorf("open the file: not a regular file: %w", NotAvailable(Malformed))
	}
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read the file: %w", usage.Cause(err))
	}
	if int64(len(text)) > limit {
		return nil, fmt.Errorf("read the file: longer than %d bytes: %w", limit, NotAvailable(Malformed))
	}
	return text, nil
}

// Source decodes the administrator's settings under sources.<name> into a struct with json tags. It
// returns [ErrNotConfigured] if the source has no settings.
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
