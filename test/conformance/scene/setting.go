package scene

import (
	"errors"
	"hash/fnv"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"time"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/test/conformance/planting"
)

// stagedWorld collects the changes to the [World] for one scene.
type stagedWorld struct {
	dir       string
	env       []string
	scenes    *Scenes
	recording *Recording
	servers   []*server
	relays    []*planting.Relay
}

func (s *stagedWorld) clear() {
	for _, server := range s.servers {
		server.close()
	}
	for _, relay := range s.relays {
		relay.Close()
	}
	_ = os.RemoveAll(s.dir) // the caller removes the folder above in any case
}

func (s *stagedWorld) world() *World { return &s.recording.World }

func (s *stagedWorld) visit(change func(profile.SettingKind, string) string) {
	s.recording.World = s.recording.World.visit(s.scenes.Product.Profile, change)
}

func unchanged(*stagedWorld) error { return nil }

func anotherHour(s *stagedWorld) error {
	s.recording.Period = s.recording.Period.Add(-24 * time.Hour)
	return nil
}

func unconfigure(s *stagedWorld) error {
	s.world().Sources = nil
	return nil
}

func enlarge(s *stagedWorld) error {
	if s.scenes.Largest.Root == "" {
		s.recording.World = s.scenes.World
		return nil
	}
	s.recording.World = s.scenes.Largest
	return nil
}

// damageKind is a way to damage files and servers.
type damageKind struct {
	removeFolders bool // remove the folders of the root, too
	file          func(s *stagedWorld, path string, was []byte) (is []byte, there bool)
	answer        func(s *stagedWorld) answer // nil: connections are refused
}

var (
	missing = damageKind{removeFolders: true, file: func(*stagedWorld, string, []byte) ([]byte, bool) {
		return nil,
			false
	}}
	empty = damageKind{
		file:   func(*stagedWorld, string, []byte) ([]byte, bool) { return nil, true },
		answer: func(*stagedWorld) answer { return func(net.Conn) {} },
	}
	garbage = damageKind{
		file: func(s *stagedWorld, path string, was []byte) ([]byte, bool) {
			return randomBytes(s.scenes.Seed, path, min(max(len(was), 64), 64<<10)), true
		},
		answer: func(s *stagedWorld) answer {
			return func(c net.Conn) { _, _ = c.Write(randomBytes(s.scenes.Seed, "server", 4096)) }
		},
	}
)

// damage returns a function that damages all files and servers of the plugin.
func damage(h damageKind) func(*stagedWorld) error {
	return func(s *stagedWorld) error {
		var problems []error
		if h.removeFolders {
			problems = append(problems, s.bareRoot())
		} else {
			problems = append(problems, s.copyRoot(func(path string, was []byte) ([]byte,
				bool) {
				return h.file(s, path, was)
			}))
		}
		s.visit(func(kind profile.SettingKind, value string) string {
			switch kind {
			case profile.SettingURL, profile.SettingAddress:
				changed, err := s.serve(kind, value, h.answer)
				problems = append(problems, err)
				return changed
			case profile.SettingFile, profile.SettingSecret, profile.SettingCA:
				changed, err := s.damageFile(value, h)
				problems = append(problems, err)
				return changed
			}
			return value
		})
		return errors.Join(problems...)
	}
}

// silence replaces the servers by ones that accept and never answer; everything else is left
// unchanged.
func silence(s *stagedWorld) error {
	var problems []error
	s.visit(func(kind profile.SettingKind, value string) string {
		if kind != profile.SettingURL && kind != profile.SettingAddress {
			return value
		}
		changed, err := s.serve(kind, value, func(*stagedWorld) answer { return held })
		problems = append(problems, err)
		return changed
	})
	return errors.Join(problems...)
}

// damageFile returns the path of a damaged copy of a configured file.
func (s *stagedWorld) damageFile(path string, h damageKind) (string, error) {
	was, err := os.ReadFile(path)
	if err != nil {
		return "", errors.New("a configured file cannot be read")
	}
	return s.place(path, was, h.file)
}

func (s *stagedWorld) place(path string, was []byte, change func(*stagedWorld, string, []byte) ([]byte, bool)) (string,
	error) {
	folder, err := os.MkdirTemp(s.dir, "file-")
	if err != nil {
		return "", err
	}
	to := filepath.Join(folder, filepath.Base(path))
	if is, there := change(s, path, was); there {
		return to, os.WriteFile(to, is, 0o600)
	}
	return to, nil
}

// randomBytes returns bytes derived from the seed and the purpose: arbitrary ones, mixed
// with digits, spaces and newlines.
func randomBytes(seed uint64, purpose string, length int) []byte {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(purpose))
	drawn := rand.New(rand.NewPCG(seed, hash.Sum64()))
	text := make([]byte, length)
	for i := range text {
		if text[i] = byte(drawn.IntN(256)); drawn.IntN(3) == 0 {
			text[i] = "0123456789 \n:=-."[drawn.IntN(16)]
		}
	}
	return text
}
