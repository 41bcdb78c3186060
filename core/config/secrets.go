package config

import (
	"iter"
	"strings"

	"polycom.com/usagedata/core/plaintext"
	"polycom.com/usagedata/core/profile"
)

// Secrets yields the content of the files of secrets: each line, and the parts of a line
// USER:PASSWORD or NAME=TOKEN. A caller only holds the func, an [iter.Seq], so nothing can print
// the secrets. Files are read each time, and a file that cannot be read yields nothing.
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

// secretsIn returns the line, and the part after its first colon or equals sign. The account before
// a colon is a name: see accounts.
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

// lines yields the lines of a file of secrets, without the white space around them and without the
// first and last line of a PEM key.
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
