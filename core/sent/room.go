package sent

import (
	"cmp"
	"fmt"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

// suffix is the ending of the files: <id>.json.gz.
const suffix = ".json.gz"

// ids matches a document's id: the product, the period, and a token. Files with other names are not
// ours: they are neither read nor removed.
var ids = regexp.MustCompile(`^([a-z0-9]+)-([0-9]{8}T[0-9]{4}Z)-[a-z0-9-]{1,80}$`)

func periodOf(id string) (start time.Time, ours bool) {
	parts := ids.FindStringSubmatch(id)
	if parts == nil {
		return time.Time{}, false
	}
	period, err := usage.ParsePeriod(parts[2])
	return period.Start, err == nil
}

func productOf(id string) string {
	product, _, _ := strings.Cut(id, "-")
	return product
}

// file is a file of ours.
type file struct {
	path, id string
	period   time.Time
	size     int64 // on the disk
	written  time.Time
	leftover bool // of a write that was interrupted
}

// files returns the files of ours. A name of ours that is not a plain file is left alone.
func (s Store) files() (all []file, err error) {
	entries, err := s.disk.ReadDir(s.dir)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		name, hidden := strings.CutPrefix(entry.Name(), ".")
		if hidden {
			if name, hidden = strings.CutSuffix(name, ".tmp"); !hidden {
				continue
			}
		}
		id, ours := strings.CutSuffix(name, suffix)
		period, known := periodOf(id)
		if !ours || !known || !entry.Type().IsRegular() {
			continue
		}
		info, err := entry.Info()
		if err != nil { // it was removed just now
			continue
		}
		path := filepath.Join(s.dir, entry.Name())
		all = append(all, file{path, id, period, onDisk(info.Size()), info.ModTime(), hidden})
	}
	return all, nil
}

// block is the unit in which a disk gives out its room, on almost all file systems.
const block = 4096

func onDisk(bytes int64) int64 { return (bytes + block - 1) / block * block }

// reserve is how much of the disk the history leaves free: enough for the waiting document,
// analytics.json and the records of some cycles.
const reserve = 4 << 20

// makeRoom removes files until another one of so many bytes is within the bounds.
func (s Store) makeRoom(all []file, need int64, now time.Time) error {
	farthest(all, now)
	total, lacking := need, s.lacking(need)
	for _, f := range all {
		total += f.size
	}
	oldest := s.oldest(all, now)
	for _, f := range all {
		old := f.period.Before(oldest) || s.bounds.Days <= 0
		if !old && !f.useless() && total <= s.bounds.Size && lacking <= 0 {
			continue
		}
		if err := s.disk.Remove(f.path); err != nil {
			return err
		}
		total -= f.size
		lacking -= f.size
	}
	if lacking > 0 {
		return errNoRoom
	}
	return nil
}

// farthest sorts the files into the order in which they are removed: first those that can be no
// document, then by the distance of the period from now. A document about the future was made while
// the clock was wrong, and must not outlive the others.
func farthest(all []file, now time.Time) {
	distance := func(f file) time.Duration {
		if f.useless() {
			return math.MaxInt64
		}
		return now.Sub(f.period).Abs()
	}
	slices.SortStableFunc(all, func(a, b file) int { return cmp.Compare(distance(b), distance(a)) })
}

func (f file) useless() bool { return f.leftover || f.size > onDisk(maxFile) }

// oldest returns the beginning of the oldest period that is kept. The last file's own time counts if it
// is earlier than now, so that a clock that is ahead for one cycle removes nothing.
func (s Store) oldest(all []file, now time.Time) time.Time {
	var last time.Time
	for _, f := range all {
		if f.written.After(last) {
			last = f.written
		}
	}
	if last.Before(now) && !last.IsZero() {
		now = last
	}
	return now.AddDate(0, 0, -s.bounds.Days)
}

// lacking returns how many bytes the disk has less than it should have after another file.
func (s Store) lacking(need int64) int64 {
	free, known := durable.Free(s.disk, s.dir)
	if !known {
		return 0
	}
	return need + reserve - free
}

// GiveWay removes documents, those farthest from now first, until the disk has room for what is
// needed to send: the history must never prevent that. It keeps as much as it can.
func (s Store) GiveWay(now time.Time) (removed int, err error) {
	lacking := s.lacking(0)
	if lacking <= 0 {
		return 0, nil
	}
	all, err := s.files()
	if err != nil {
		return 0, nil // there is no history
	}
	farthest(all, now)
	var paths []string
	for _, f := range all {
		if lacking > 0 {
			paths = append(paths, f.path)
			lacking -= f.size
		}
	}
	if len(paths) == 0 {
		return 0, nil
	}
	if err := durable.Remove(s.disk, paths...); err != nil {
		return 0, fmt.Errorf("make room on the disk: %w", err)
	}
	return len(paths), nil
}
