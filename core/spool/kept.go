package spool

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"polycom.com/usagedata/core/durable"
)

// Kept is a document that was set aside: it is kept for viewing and never sent.
type Kept struct {
	Entry
	Damaged bool // it was damaged while it waited; otherwise the collection point rejected it
}

// Kept lists the documents that were set aside, the newest period first. Anything else in their
// folders is left out: a link, a pipe, a file of another user than the spool's, or a file longer
// than any document.
func (s *Spool) Kept() ([]Kept, error) {
	var all []Kept
	for _, folder := range []string{rejectedFolder, damagedFolder} {
		path := filepath.Join(s.dir, folder)
		if !s.isOwnFolder(path) {
			continue
		}
		files, err := s.listFolder(path)
		if err != nil {
			return nil, fmt.Errorf("list documents that were set aside: %w", err)
		}
		for _, file := range files {
			id, ours := strings.CutSuffix(file.Name(), suffix)
			if entry, ok := s.keptEntry(path, id); ours && ok {
				all = append(all, Kept{entry, folder == damagedFolder})
			}
		}
	}
	slices.SortFunc(all, func(a, b Kept) int { return newestFirst(a.Entry, b.Entry) })
	return all, nil
}

// ReadKept returns a document of [Spool.Kept]: exactly the bytes that were put. If it is damaged,
// ReadKept returns the whole content of its file, and [ErrDamaged]. An error that is
// [fs.ErrNotExist] means that there is no such document.
func (s *Spool) ReadKept(id string) ([]byte, error) {
	all, err := s.Kept()
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(k Kept) bool { return k.ID == id })
	if i < 0 {
		return nil, fmt.Errorf("read a document that was set aside: %w", fs.ErrNotExist)
	}
	folder := rejectedFolder
	if all[i].Damaged {
		folder = damagedFolder
	}
	text, info, err := durable.ReadFile(s.disk, filepath.Join(s.dir, folder, id+suffix), s.maxFile())
	if err != nil || !s.owns(info) {
		return nil, errors.Join(fmt.Errorf("read %s: it cannot be read any more", id), err)
	}
	data, err := durable.Unseal(text)
	if err == nil {
		_, data, err = decode(id, data)
	}
	if err != nil {
		return text, fmt.Errorf("read %s: %w", id, ErrDamaged)
	}
	return data, nil
}

// Body returns the part of a damaged document's file that followed its header, as far as that can
// be told.
func Body(file []byte) []byte {
	rest := file
	for range 2 { // the seal, and the id with the period
		_, after, found := bytes.Cut(rest, []byte("\n"))
		if !found {
			return file
		}
		rest = after
	}
	return rest
}

// keptEntry describes a file from its beginning, and reports whether it can be a document of ours.
func (s *Spool) keptEntry(folder, id string) (Entry, bool) {
	if checkID(id) != nil {
		return Entry{}, false
	}
	path := filepath.Join(folder, id+suffix)
	info, err := s.disk.Lstat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > s.maxFile() || !s.owns(info) {
		return Entry{}, false
	}
	entry := Entry{ID: id, Size: info.Size()}
	f, err := s.disk.Open(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return entry, true
	}
	defer f.Close()
	readHeader(&entry, f)
	return entry, true
}

// readHeader reads period and size of a document from the beginning of its file. If they cannot be
// read, they stay as they are.
func readHeader(e *Entry, f io.Reader) {
	beginning := bufio.NewReaderSize(io.LimitReader(f, maxHeader), maxHeader)
	seal, sealErr := beginning.ReadString('\n')
	line, lineErr := beginning.ReadString('\n')
	period, ok := decodeHeader(e.ID, strings.TrimSuffix(line, "\n"))
	if sealErr == nil && lineErr == nil && ok {
		e.PeriodStart = period
		e.Size -= int64(len(seal) + len(line))
	}
}

// maxFile is the length of the longest file that may hold a document.
func (s *Spool) maxFile() int64 { return s.maxBytes + maxHeader }

func (s *Spool) isOwnFolder(path string) bool {
	info, err := s.disk.Lstat(path)
	return err == nil && info.IsDir() && s.owns(info)
}

// owns reports whether a file has the owner of the spool's folder.
func (s *Spool) owns(file fs.FileInfo) bool {
	folder, err := s.disk.Lstat(s.dir)
	return err == nil && owner(file) == owner(folder)
}

func owner(file fs.FileInfo) uint32 {
	if stat, ok := file.Sys().(*syscall.Stat_t); ok {
		return stat.Uid
	}
	return 0
}
