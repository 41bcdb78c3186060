package config

import (
	"iter"
	"strings"

	"polycom.com/usagedata/core/internal/plaintext"
	"polycom.com/usagedata/core/profile"
)

// Secrets yields what the files of secrets hold: each line, and the parts of a line USER:PASSWORD or
// NAME=TOKEN. The func is all that a caller holds of them, so that nothing can print them. Files are
// read each time, and one that cannot be read has no secrets here.
func (s *Settings) Secrets() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, path := range s.secretFiles() {
			for line := range lines(path) {
				for _, text := range secretsIn(line) {
					if !yield(text) {
						return
					}
				}
			}
		}
	}
}

func (s *Settings) secretFiles() []string {
	paths := []string{s.Proxy.Credentials}
	s.eachSetting(func(k profile.SettingKind, _, text string) {
		if k == profile.SettingSecret {
			paths = append(paths, text)
		}
	})
	return paths
}

// secretsIn are a line and what is behind its first colon or equals sign. The account before a colon
// is a name: see accounts.
func secretsIn(line string) []string {
	all := []string{line}
	for _, sign := range []string{":", "="} {
		if _, text, found := strings.Cut(line, sign); found {
			all = append(all, strings.TrimSpace(text))
		}
	}
	return all
}

// accounts yields the USER of each line USER:PASSWORD.
func accounts(path string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for line := range lines(path) {
			if user, _, found := strings.Cut(line, ":"); found && !yield(user) {
				return
			}
		}
	}
}

// lines yields the lines of a file of secrets, without white space around them and without the frame
// of a key in PEM.
func lines(path string) iter.Seq[string] {
	return func(yield func(string) bool) {
		text, err := readFile(path, maxPEM)
		if err != nil {
			return
		}
		for _, line := range plaintext.Lines(text) {
			if line != "" && !strings.HasPrefix(line, "-----") && !yield(line) {
				return
			}
		}
	}
}
