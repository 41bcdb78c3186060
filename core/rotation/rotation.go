// Package rotation recognizes rotated files by their names. The host uses it to decide which files
// a plugin may read, and the plugin uses it to find them: with one rule, neither takes a file that
// the other does not.
package rotation

import (
	"path"
	"regexp"
	"strings"
)

// compressed matches the extensions of compressed files.
const compressed = `gz|bz2|zst|zip|xz|lz4|z|7z|zstd|lzma|lzo|br`

var isCompressed = regexp.MustCompile(`(?is).\.(` + compressed + `)$`)

// Unpacked returns a name without the extension for its compression, if it has one.
func Unpacked(name string) string {
	if isCompressed.MatchString(name) {
		return strings.TrimSuffix(name, path.Ext(name))
	}
	return name
}

// The additions by which programs and people distinguish a file from its successor. The lists are
// closed: any other word names another file, as in usage-eu.csv, sip.cfg.key and sip-passwords.
const (
	moment  = `w?[0-9][0-9t:+]*z?`
	weekday = `mon(day)?|tue(sday)?|wed(nesday)?|thu(rsday)?|fri(day)?|sat(urday)?|sun(day)?`
	month   = `jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sep(tember)?|oct(ober)?|` +
		`nov(ember)?|dec(ember)?`
	former   = `(old|bak|backup|orig|prev|previous|save|copy) ?[0-9]*`
	addition = `[ ._@-]+[(\[]?(` + moment + `|` + weekday + `|` + month + `|` + former + `)[)\]]?|` +
		`[(\[][0-9]+[)\]]|\.?~([0-9]+~)?`
	packing = `(\.tar)?\.(` + compressed + `)|\.(tar|tgz|tbz2?|txz)`
)

// Of returns a function that reports whether a file name is the given name, or that of a file into
// which the named file was rotated: the same name in any case, with additions before its extension
// (usage-20260301.csv, usage (1).csv) or after it (usage.csv.1, usage.csv.old.gz), compressed or
// not. A different extension never matches.
func Of(name string) func(string) bool {
	name = strings.ToLower(Unpacked(name))
	extension := path.Ext(name)
	stem := strings.TrimSuffix(name, extension)
	if stem == "" {
		stem, extension = name, ""
	}
	rest := regexp.MustCompile(`^(` + addition + `)*` + regexp.QuoteMeta(extension) +
		`(` + addition + `|` + packing + `)*$`)
	return func(other string) bool {
		other, found := strings.CutPrefix(strings.ToLower(other), stem)
		return found && rest.MatchString(other)
	}
}
