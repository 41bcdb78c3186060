package sdk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// ReadFile reads a file of the appliance whole: env.ReadFile(ctx, "opt/acme/counts.json", 64<<10). A file that is
// missing, or that the service may not read, is an error with that reason. One that is longer than limit, and a pipe or
// a folder in its place, is Malformed: nothing is waited for. The errors name neither the file nor what is in it, so
// that they may be logged.
func (e Env) ReadFile(ctx context.Context, name string, limit int64) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(e.Path(name), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open the file: %w", withoutPath(err))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("open the file: %w", withoutPath(err))
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("open the file: it is no regular one: %w", NotAvailable(Malformed))
	}
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read the file: %w", withoutPath(err))
	}
	if int64(len(text)) > limit {
		return nil, fmt.Errorf("read the file: more than %d bytes: %w", limit, NotAvailable(Malformed))
	}
	return text, nil
}

// withoutPath is the error without the path in it: where a file lies may be the customer's choice.
func withoutPath(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
