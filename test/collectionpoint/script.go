package collectionpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
)

// script holds the next behaviors: first the queued ones, then the lines of the file.
type script struct {
	file string

	mu     sync.Mutex
	queued []Behavior
}

func (s *script) add(behavior Behavior) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queued = append(s.queued, behavior)
}

// take removes and returns the next behavior, or ok if there is none. A line that cannot be parsed
// is an error, so that a mistake in a test's script does not look like a good collection point.
func (s *script) take() (Behavior, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queued) > 0 {
		behavior := s.queued[0]
		s.queued = s.queued[1:]
		return behavior, nil
	}
	line, err := s.takeLine()
	if err != nil {
		return Behavior{}, fmt.Errorf("take behavior: %w", err)
	}
	return ParseBehavior(line)
}

// takeLine removes and returns the first line of the file. Writers must replace the whole file, by
// renaming.
func (s *script) takeLine() (string, error) {
	content, err := os.ReadFile(s.file)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(content) == 0 {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	line, rest, _ := strings.Cut(string(content), "\n")
	temporary := s.file + ".next"
	if err := os.WriteFile(temporary, []byte(rest), 0o600); err != nil {
		return "", err
	}
	return line, os.Rename(temporary, s.file)
}
