// Package networkusage reads the Network Usage export of a product: a CSV file that has, for each minute, a row for
// each scope that is measured: a throttle point, a territory or a cluster. It is read to its end at every cycle,
// because nothing says that its rows are in order, and only the rows of the period are added up.
//
// The product must not notice, and the file may be large (SEND-5): it is streamed through one buffer, of a row outside
// the period no more than the date is looked at, and memory does not grow with the rows, only with the scopes: 64 bytes
// each, and as much again while a file is read that has them.
//
// A call is counted in every scope that it is in, and nothing in a row says of which kind its scope is. So numbers of
// different scopes are never passed off as numbers of calls: see Usage. The names of scopes tell who the customer is;
// they serve to tell scopes apart, by a hash whose key is thrown away with the read, and go no further.
//
// Accepted are plain, gzip, bzip2, zstd and zip files, separated by commas, semicolons or tabs, with or without a
// byte order mark, columns in any order and case. A row whose end is missing at the end of a plain file is being
// written, and left out. Rows may be there twice, in a file or in two: those of a scope and minute that was there
// before are passed over, the newest file being the first. A file that is damaged, has no end or no header, or is
// packed in another way costs itself: it is counted, and none of its rows are. xz is not unpacked: the library
// takes as much memory as a file asks for.
//
// An error says a reason of the closed list and no more of the files than how many they are.
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

// sourceName is the name under which the export is configured.
const sourceName = "network_usage"

// Bounds on what reading may cost the product. Beyond one of them nothing is reported: a part must not pass for the
// whole.
const (
	maxFiles  = 256     // files, and entries of zip archives
	maxBytes  = 4 << 30 // unpacked, of all files together; 8 million rows are less than two gigabytes
	maxRow    = 64 << 10
	maxScopes = 1 << 16
)

// Export is one configured export. Make it with Open.
type Export struct {
	files func() (string, error)
	env   sdk.Env

	mu   sync.Mutex
	cost Cost
}

// Cost is what reading has cost since Open.
type Cost struct {
	Files int
	Rows  int64 // of any period
	Bytes int64 // unpacked
}

// Open makes an export. It reads nothing: where nothing is configured, Read returns NotAvailable(NotConfigured).
func Open(env sdk.Env) *Export {
	return &Export{env: env, files: sync.OnceValues(func() (string, error) { return configured(env) })}
}

// settings are what the administrator gives under sources.network_usage.
type settings struct {
	Files string `json:"files"` // absolute path on the appliance of a file, read with its rotated ones, or of a folder
}

func configured(env sdk.Env) (string, error) {
	var s settings
	switch err := env.Source(sourceName, &s); {
	case errors.Is(err, sdk.ErrNotConfigured):
		return "", sdk.NotAvailable(sdk.NotConfigured)
	case err != nil || s.Files == "":
		env.Log.Error("source is not configured rightly", "source", sourceName)
		return "", sdk.NotAvailable(sdk.Misconfigured)
	}
	return place(env, s.Files), nil
}

// place is where the files are on this machine. The last part of a file's path is left as it is, also if it is a link:
// the files that it was rotated into are called by its name.
func place(env sdk.Env, files string) string {
	files = path.Clean("/" + files)
	whole := env.Path(files)
	if info, err := os.Stat(whole); err == nil && info.IsDir() {
		return whole
	}
	return filepath.Join(env.Path(path.Dir(files)), path.Base(files))
}

// Read adds up the rows of a period of at most an hour. An export without any is no error: Rows is 0 then, and nothing
// else is known; one without a header is none. If no file could be read, the error is that of the newest. An error has
// as its reason NotConfigured, Misconfigured; NotFound, NotPermitted; Malformed for what is no export, has no readable
// row or exceeds a bound; or SourceFailed for files that were cut off or replaced while they were read.
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

// Cost tells what was read so far.
func (e *Export) Cost() Cost {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.cost
}

func (e *Export) spent(c Cost) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.cost = Cost{e.cost.Files + c.Files, e.cost.Rows + c.Rows, e.cost.Bytes + c.Bytes}
}

// Errors of ours, which say what is wrong without saying where.
var (
	errChanged = errors.New("a file was replaced or cut off while it was read")
	errHeader  = errors.New("a file does not begin with the header of an export, or none does")
	errTwice   = errors.New("a column is in the header twice")
	errNoRow   = errors.New("no row could be read")
	errTooMany = errors.New("more than the bounds allow")
	errArchive = errors.New("an archive is damaged or not understood")
)

// failed words an error. The text of the system's own would hold paths, so that only its reason is kept.
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
