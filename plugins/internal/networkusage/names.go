package networkusage

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"polycom.com/usagedata/core/rotation"
)

// companions are the ends of names of files that are no part of an export: those that are being written, and sums and
// signatures of others.
var companions = []string{".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".download", ".swp", ".swo",
	".lock", ".lck", ".pid", ".md5", ".sha1", ".sha256", ".sha512", ".asc", ".sig"}

var tableName = regexp.MustCompile(`\.csv([^a-z0-9]|$)`)

// isExport tells by its name whether a file of a folder is an export: usage.csv, usage.csv.1, usage.csv_20260301,
// usage.csv.2.gz, usage.zip. Not all kinds of compression are understood: a file of another is counted as not read.
func isExport(name string) bool {
	name = strings.ToLower(name)
	hidden := strings.ContainsAny(name[:1], ".#~") // an editor's or a copying program's own
	return !hidden && !isCompanion(name) && (tableName.MatchString(name) || rotation.Unpacked(name) != name)
}

func isCompanion(name string) bool { return slices.Contains(companions, path.Ext(name)) }
