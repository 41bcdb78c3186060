package statelayout

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"polycom.com/usagedata/core/durable"
)

// longestPause is the longest pause that a collection point may ask for. A moment further ahead was
// written with a wrong clock, and must not silence the appliance.
const longestPause = 24 * time.Hour

// maxPause is larger than the file, in bytes.
const maxPause = 1 << 10

// Pause keeps the moment until which the collection point asked to wait (Retry-After), so that it
// survives clock hours, restarts and processes. It applies only to the collection point that asked.
type Pause struct {
	disk durable.Disk
	path string
}

// Begin stores the moment, durably before it returns. A crash leaves either the former moment or
// this one.
func (p Pause) Begin(until time.Time, point string) error {
	line := until.UTC().Format(time.RFC3339Nano) + " " + point + "\n"
	if err := durable.WriteSealed(p.disk, p.path, []byte(line), 0o600); err != nil {
		return fmt.Errorf("save how long the collection point asked to wait: %w", err)
	}
	return nil
}

// Until returns the moment that this collection point asked for, or the zero time if there is none
// within a day after now. A moment that is not trusted now stays stored, because the clock may be
// right again later. An error means that the moment could not be read.
func (p Pause) Until(now time.Time, point string) (time.Time, error) {
	until, asked, err := p.load()
	if err != nil || asked != point || !until.After(now) || until.Sub(now) > longestPause {
		return time.Time{}, err
	}
	return until.In(now.Location()), nil
}

// End forgets the moment after an upload was accepted. If we crash before that, the moment stays,
// and at most delays a document.
func (p Pause) End() error {
	if _, err := p.disk.Lstat(p.path); errors.Is(err, fs.ErrNotExist) {
		return nil // avoids a write for each upload
	}
	return durable.Remove(p.disk, p.path)
}

func (p Pause) load() (until time.Time, point string, err error) {
	text, err := durable.ReadSealed(p.disk, p.path, maxPause)
	if errors.Is(err, fs.ErrNotExist) {
		return time.Time{}, "", nil
	}
	if err != nil {
		return time.Time{}, "", err
	}
	moment, point, _ := strings.Cut(strings.TrimSuffix(string(text), "\n"), " ")
	if until, err = time.Parse(time.RFC3339, moment); err != nil {
		return time.Time{}, "", fmt.Errorf("read %s: %w", p.path, durable.ErrDamaged)
	}
	return until, point, nil
}

// mend removes a file that cannot be read, and reports whether it did.
func (p Pause) mend() (mended bool, err error) {
	if _, _, err := p.load(); err == nil {
		return false, nil
	}
	info, err := p.disk.Lstat(p.path)
	if err == nil && !info.Mode().IsRegular() {
		return true, durable.Displace(p.disk, p.path)
	}
	return true, durable.Remove(p.disk, p.path)
}
