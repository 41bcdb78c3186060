// Package networkusage reads the Network Usage export of a product. The export is a CSV file that
// has a row for each minute and each measured scope: a throttle point, a territory or a cluster.
// Each cycle reads it to its end, because the order of the rows is not documented, and adds up only
// the rows of the period.
//
// The product must not notice, and the file may be large (SEND-5). The file is streamed through one
// buffer, and of a row outside the period only the date is read. Memory does not grow with the rows
// but only with the scopes: 64 bytes each, and as much again while a file with their rows is read.
//
// A call is counted in every scope that it belongs to, and a row does not say of which kind its
// scope is. Therefore sums over scopes are never reported as numbers of calls: see [Usage]. The
// names of scopes identify the customer. They only serve to distinguish scopes, by a hash with a
// key that is discarded after the read, and are not used for anything else.
//
// Accepted are plain, gzip, bzip2, zstd and zip files, separated by commas, semicolons or tabs,
// with or without a byte order mark, and with columns in any order and case. A row without an end
// at the end of a plain file is still being written, and is left out. Rows may occur twice, in one
// file or in two. The newest file is read first, and a row of the same scope and minute as an
// earlier row is skipped. A file that is damaged, has no end or no header, or is compressed in
// another way is counted, and none of its rows are used; the other files are still read. xz is not
// supported, because the library allocates as much memory as a file demands.
//
// An error contains a reason from the closed list, and nothing about the files but their number.
package networkusage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"sync"
	"time"

	"polycom.com/usagedata/core/sdk"
)

// sourceName is the name of the export in the administrator's settings.
const sourceName = "network_usage"

// The limits of the load on the product. If one of them is exceeded, nothing is reported: a part
// must not be taken for the whole.
const (
	maxFiles  = 256     // files, and entries of zip archives
	maxBytes  = 4 << 30 // decompressed, of all files together; 8 million rows have less than two gigabytes
	maxRow    = 64 << 10
	maxScopes = 1 << 16
)

// Export is a configured export. [Open] returns one.
type Export struct {
	files func() (string, error)
	env   sdk.Env

	mu   sync.Mutex
	cost Cost
}

// Cost counts the work of reading since [Open].
type Cost struct {
	Files int
	Rows  int64 // of any period
	Bytes int64 // decompressed
}

// Open returns an export. It does not read anything. If no export is configured, [Export.Read]
// fails with [sdk.NotConfigured].
func Open(env sdk.Env) *Export {
	return &Export{env: env, files: sync.OnceValues(func() (string, error) { return configured(env) })}
}

// settings holds the administrator's settings under sources.network_usage.
type settings struct {
	Files string `json:"files"` // absolute path on the appliance: a file with its rotated files, or a directory
}

func configured(env sdk.Env) (string, error) {
	var s settings
	switch err := env.Source(sourceName, &s); {
	case errors.Is(err, sdk.ErrNotConfigured):
		return "", sdk.NotAvailable(sdk.NotConfigured)
	case err != nil || s.Files == "":
		env.Log.Error("the settings of the source are wrong", "source", sourceName)
		return "", sdk.NotAvailable(sdk.Misconfigured)
	}
	return localPath(env, s.Files), nil
}

// localPath returns the path of the files on this machine. It does not resolve the last element of
// a file's path, even if it is a symbolic link, because rotated files are named after it.
func localPath(env sdk.Env, files string) string {
	files = path.Clean("/" + files)
	whole := env.Path(files)
	if info, err := os.Stat(whole); err == nil && info.IsDir() {
		return whole
	}
	return filepath.Join(env.Path(path.Dir(files)), path.Base(files))
}

// Read adds up the rows of a period of at most an hour. If the export has no rows of the period,
// the error is nil, [Usage].Rows is 0 and nothing else is known; the export must have a header,
// though. If no file could be read, Read returns the error of the newest. The reason of an error is
// [sdk.NotConfigured] or [sdk.Misconfigured]; [sdk.NotFound] or [sdk.NotPermitted]; [sdk.Malformed]
// if the files are not an export, have no readable row or exceed a limit; or [sdk.SourceFailed] if
// files were truncated or replaced while they were read.
func (e *Export) Read(ctx context.Context, period sdk.Period) (Usage, error) {
	at, err := e.files()
	if err != nil {
		return Usage{}, err
	}
	if period.End.Sub(period.Start) > time.Hour {
		return Usage{}, fmt.Errorf("a period of more than an hour: %w", sdk.NotAvailable(sdk.Unexplained))
	}
	read, err := e.readOnce(ctx, at, period)
	if err != nil {
		return Usage{}, failed(err)
	}
	if read.LeftOut > 0 || read.Repeated > 0 || read.Unread > 0 {
		e.env.Log.Info("rows are left out", "source", sourceName, "unreadable", read.LeftOut, "repeated", read.Repeated,
			"files", read.Unread)
	}
	return read, nil
}

// Cost returns the cost so far.
func (e *Export) Cost() Cost {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.cost
}

func (e *Export) addCost(c Cost) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.cost = Cost{e.cost.Files + c.Files, e.cost.Rows + c.Rows, e.cost.Bytes + c.Bytes}
}

// The errors of this package, which do not say in which file the problem is.
var (
	errChanged = errors.New("a file was replaced or truncated while it was read")
	errHeader  = errors.New("no file begins with the header of an export")
	errTwice   = errors.New("a column occurs twice in the header")
	errNoRow   = errors.New("no row could be read")
	errTooMany = errors.New("the files exceed the limits")
	errArchive = errors.New("an archive is damaged or not supported")
)

// failed returns an error that keeps only the reason of its cause: the text of a system error may
// contain paths.
func failed(cause error) error {
	for _, ours := range []error{errHeader, errTwice, errNoRow, errTooMany, errArchive} {
		if errors.Is(cause, ours) {
			return fmt.Errorf("read the network usage export: %w: %w", ours, sdk.NotAvailable(sdk.Malformed))
		}
	}
	if errors.Is(cause, errChanged) {
		return fmt.Errorf("read the network usage export: %w: %w", errChanged, sdk.NotAvailable(sdk.SourceFailed))
	}
	return fmt.Errorf("read the network usage export: %w", sdk.NotAvailable(sdk.Explain(cause)))
}
