package networkusage

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// packed are the ends of names that say how a file is compressed. Not all of these are understood: what is in the
// others is counted as not read.
var packed = []string{".gz", ".bz2", ".zst", ".zip", ".xz", ".lz4", ".z", ".7z", ".zstd", ".lzma", ".lzo", ".br"}

// companions are the ends of names of files that are no part of an export: those that are being written, and sums and
// signatures of others.
var companions = []string{".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".download", ".swp", ".swo",
	".lock", ".lck", ".pid", ".md5", ".sha1", ".sha256", ".sha512", ".asc", ".sig"}

var tableName = regexp.MustCompile(`\.csv([^a-z0-9]|$)`)

// isExport tells by its name whether a file of a folder is an export: usage.csv, usage.csv.1, usage.csv_20260301,
// usage.csv.2.gz, usage.zip.
func isExport(name string) bool {
	name = strings.ToLower(name)
	hidden := strings.ContainsAny(name[:1], ".#~") // an editor's or a copying program's own
	return !hidden && !isCompanion(name) && (tableName.MatchString(name) || unpackedName(name) != name)
}

func isCompanion(name string) bool { return slices.Contains(companions, path.Ext(name)) }

// unpackedName is a name without the end that says how the file is compressed.
func unpackedName(name string) string {
	if end := path.Ext(name); slices.Contains(packed, strings.ToLower(end)) {
		return strings.TrimSuffix(name, end)
	}
	return name
}

// age is what programs and people put into a name to tell a file from the one that followed it: a number, a date, a
// word. A name of another kind, as usage-eu.csv, is that of another export.
const age = `([ ._-]+\(?([0-9][0-9t:+]*z?|(old|bak|backup|orig|prev|save|copy)[0-9]*)\)?|\([0-9]+\)|~)*`

// rotatedFrom takes a file and what it becomes: usage.csv.1, usage.csv-20260301.gz, usage-20260301.csv, usage (1).csv,
// Usage.CSV. Behind the whole of its name anything may follow.
func rotatedFrom(name string) func(string) bool {
	name = unpackedName(strings.ToLower(name))
	end := path.Ext(name)
	stem := strings.TrimSuffix(name, end)
	if stem == "" {
		stem, end = name, ""
	}
	whole := regexp.MustCompile(`^` + regexp.QuoteMeta(stem) + age + `(` + regexp.QuoteMeta(end) + `([^a-z0-9].*)?|` +
		`\.(gz|bz2|zst|zip|xz|7z))$`)
	return func(other string) bool {
		other = strings.ToLower(other)
		return whole.MatchString(other) && (other == name || !isCompanion(other))
	}
}
