package collectionpoint

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"
)

// conflict reports that another body is already stored under the id.
type conflict struct{ stored []byte }

func (conflict) Error() string { return "another body is stored under this id" }

// Document is a document that was received.
type Document struct {
	Product, ID string
	Encoding    string // gzip, zstd, or empty
	Body        []byte // unpacked
	Transferred []byte // as received
}

// store keeps documents as files. An id is unique across all products.
type store struct {
	dir *os.Root

	mu        sync.Mutex
	documents []Document
}

func openStore(dir string) (*store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &store{dir: root}, nil
}

// put stores a document. If the same document is already stored, put changes nothing; if another one
// has the id, it returns a conflict. Since the documents are files, this holds across a restart.
func (s *store) put(d Document) (created bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	stored, err := s.dir.ReadFile(d.ID + ".json")
	switch {
	case err == nil && bytes.Equal(stored, d.Body):
		return false, nil
	case err == nil:
		return false, conflict{stored}
	case !errors.Is(err, fs.ErrNotExist):
		return false, fmt.Errorf("look for %s: %w", d.ID, err)
	}
	if err := s.write(d); err != nil {
		return false, fmt.Errorf("store %s: %w", d.ID, err)
	}
	s.documents = append(s.documents, d)
	return true, nil
}

// write writes the unpacked file last: if we crash before, the document does not count as received.
func (s *store) write(d Document) error {
	if suffix := suffixes[d.Encoding]; suffix != "" {
		if err := s.writeFile(d.ID+".json"+suffix, d.Transferred); err != nil {
			return err
		}
	}
	return s.writeFile(d.ID+".json", d.Body)
}

// writeFile writes a file atomically: it appears whole or not.
func (s *store) writeFile(name string, content []byte) error {
	temporary := "." + name
	err := s.writeSynced(temporary, content)
	if err == nil {
		err = s.dir.Rename(temporary, name)
	}
	if err != nil {
		_ = s.dir.Remove(temporary)
	}
	return err
}

func (s *store) writeSynced(name string, content []byte) error {
	file, err := s.dir.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Sync(), file.Close())
}

func (s *store) received() []Document {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.documents)
}

func (s *store) close() error { return s.dir.Close() }
