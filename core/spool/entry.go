package spool

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"polycom.com/usagedata/core/durable"
)

// suffix is the ending of the files that hold entries: <id>.doc.
const suffix = ".doc"

// validID is what an id may be. It becomes a file name here and a piece of a path at the
// collection point, so nothing in it can mean anything else there.
var validID = regexp.MustCompile(`^[a-z0-9][a-z0-9TZ-]{0,99}$`)

func checkID(id string) error {
	if !validID.MatchString(id) {
		return fmt.Errorf("document id of %d characters is not one: only a-z, 0-9, T, Z and -", len(id))
	}
	return nil
}

// encode is the content of an entry's file: the seal, a line `<id> <period>`, the document as
// it is. The id is inside so that a file under another's name is not taken for it.
func encode(id string, period time.Time, body []byte) []byte {
	header := id + " " + stamp(period) + "\n"
	return durable.Seal(append([]byte(header), body...))
}

// decode is the opposite of encode, without the seal, and accepts exactly what that makes for this id.
func decode(id string, data []byte) (period time.Time, body []byte, err error) {
	header, body, found := bytes.Cut(data, []byte("\n"))
	period, ok := decodeHeader(id, string(header))
	if !found || !ok {
		return time.Time{}, nil, durable.ErrDamaged
	}
	return period, body, nil
}

func decodeHeader(id, header string) (time.Time, bool) {
	period, err := time.Parse(time.RFC3339, strings.TrimPrefix(header, id+" "))
	return period, err == nil && header == id+" "+stamp(period)
}

// stamp writes the beginning of a period so that one instant is written in one way.
func stamp(period time.Time) string { return period.UTC().Format(time.RFC3339) }

// maxHeader bounds what encode puts in front of a document, in bytes.
const maxHeader = 300

// load reads the whole entry and checks it.
func (s *Spool) load(id string) (period time.Time, body []byte, err error) {
	data, err := durable.ReadSealed(s.disk, s.path(id), s.maxBytes+maxHeader)
	if err != nil {
		return time.Time{}, nil, err
	}
	return decode(id, data)
}

// waiting lists the entries by their headers; whole they are checked when they are read.
func (s *Spool) waiting() ([]Entry, error) {
	files, err := s.listFolder(s.dir)
	if err != nil {
		return nil, fmt.Errorf("list spool: %w", err)
	}
	var entries []Entry
	for _, file := range files {
		id, ours := strings.CutSuffix(file.Name(), suffix)
		if ours && checkID(id) == nil {
			entries = append(entries, s.entry(id))
		}
	}
	slices.SortFunc(entries, func(a, b Entry) int {
		return cmp.Or(b.PeriodStart.Compare(a.PeriodStart), cmp.Compare(b.ID, a.ID))
	})
	return entries, nil
}

// entry describes a waiting document from the beginning of its file. What cannot be read
// leaves fields at zero; that it is damaged is for Read to find.
func (s *Spool) entry(id string) Entry {
	e := Entry{ID: id}
	info, err := s.disk.Lstat(s.path(id))
	if err != nil || !info.Mode().IsRegular() {
		return e
	}
	e.Size = info.Size()
	f, err := s.disk.Open(s.path(id), os.O_RDONLY, 0)
	if err != nil {
		return e
	}
	defer f.Close()
	beginning := bufio.NewReader(io.LimitReader(f, maxHeader))
	seal, sealErr := beginning.ReadString('\n')
	header, headerErr := beginning.ReadString('\n')
	period, ok := decodeHeader(id, strings.TrimSuffix(header, "\n"))
	if sealErr == nil && headerErr == nil && ok {
		e.PeriodStart = period
		e.Size -= int64(len(seal) + len(header))
	}
	return e
}
