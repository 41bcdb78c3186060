package networkusage

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"polycom.com/usagedata/core/rotation"
)

// companions lists the extensions of files that do not belong to an export: files that are still
// being written, and checksums and signatures of other files.
var companions = []string{".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".download", ".swp", ".swo",
	".lock", ".lck", ".pid", ".md5", ".sha1", ".sha256", ".sha512", ".asc", ".sig"}

var tableName = regexp.MustCompile(`\.csv([^a-z0-9]|$)`)

// isExport reports whether a file in a directory is an export, by its name: usage.csv, usage.csv.1,
// usage.csv_20260301, usage.csv.2.gz, usage.zip. Some kinds of compression are not supported; such
// a file counts as not read.
func isExport(name string) bool {
	name = strings.ToLower(name)
	hidden := strings.ContainsAny(name[:1], ".#~") // temporary files of editors and copying programs
	return !hidden && !isCompanion(name) && (tableName.MatchString(name) || rotation.Unpacked(name) != name)
}

func isCompanion(name string) bool { return slices.Contains(companions, path.Ext(name)) }
