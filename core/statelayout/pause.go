package statelayout

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"polycom.com/usagedata/core/durable"
)

// longestPause is what a collection point may ask for. A moment further ahead was written by a
// clock that was wrong, and must not silence the appliance.
const longestPause = 24 * time.Hour

// maxPause is more than the file has, in bytes.
const maxPause = 1 << 10

// Pause keeps the moment until which the collection point asked to wait (Retry-After), so that it
// lasts over clock hours, restarts and processes. It is about one collection point: another one has
// asked for nothing.
type Pause struct {
	disk durable.Disk
	path string
}

// Begin keeps the moment, durably before it returns. A crash leaves the former one, or this.
func (p Pause) Begin(until time.Time, point string) error {
	line := until.UTC().Format(time.RFC3339Nano) + " " + point + "\n"
	if err := durable.WriteSealed(p.disk, p.path, []byte(line), 0o600); err != nil {
		return fmt.Errorf("keep how long the collection point asked to wait: %w", err)
	}
	return nil
}

// Until returns the moment that this collection point asked for; the zero time if there is none in
// the day after now. A moment that is not trusted now stays: the clock may be right again later. An
// error says that nothing is known.
func (p Pause) Until(now time.Time, point string) (time.Time, error) {
	until, asked, err := p.load()
	if err != nil || asked != point || !until.After(now) || until.Sub(now) > longestPause {
		return time.Time{}, err
	}
	return until.In(now.Location()), nil
}

// End forgets the moment: an upload was accepted. A crash leaves it, which at most delays a
// document.
func (p Pause) End() error {
	if _, err := p.disk.Lstat(p.path); errors.Is(err, fs.ErrNotExist) {
		return nil // without a write for each upload
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

// mend forgets what can't be read, and reports that.
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
