package store

import (
	"fmt"
	"io/fs"
	"strings"
)

// These bound a name, so that every file system and every S3 server can hold it.
const (
	maxName = 800 // bytes
	maxPart = 200 // bytes between two slashes
)

// validName reports whether an object may have this name: a path as of [io/fs.ValidPath], of ASCII
// letters, digits and -._=/, no part of which begins with a dot or is longer than 200 bytes.
func validName(name string) bool {
	return fs.ValidPath(name) && len(name) <= maxName && validParts(name)
}

// validPrefix reports whether some valid name begins with prefix.
func validPrefix(prefix string) bool {
	whole := strings.TrimSuffix(prefix, "/")
	return prefix == "" || validName(whole) && len(prefix) < maxName
}

// ValidKeyPrefix reports whether [S3Options] may have this prefix.
func ValidKeyPrefix(prefix string) bool {
	return prefix == "" || validName(prefix) && len(prefix) <= maxPart
}

func validParts(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if !validPart(part) {
			return false
		}
	}
	return true
}

func validPart(part string) bool {
	return part != "" && part[0] != '.' && len(part) <= maxPart && strings.IndexFunc(part, foreign) < 0
}

func foreign(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
		return false
	}
	return !strings.ContainsRune("-._=", r)
}

func checkName(name string) error {
	if !validName(name) {
		return fmt.Errorf("%.80q cannot be the name of an object", name)
	}
	return nil
}

func prefixError(prefix string) error {
	return fmt.Errorf("%.80q cannot begin the name of an object", prefix)
}
