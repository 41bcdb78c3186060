package sysinfo

import (
	"regexp"
	"slices"
	"strings"
)

const separators = ".-_"

func separates(r rune) bool { return strings.ContainsRune(separators, r) }

// coreNames recognizes core files by their names.
type coreNames struct {
	processes []string       // the product's own
	pattern   *regexp.Regexp // names that this kernel gives; nil if they are not known
}

// of returns the process of a core file, and reports whether the name is that of a core file. It
// accepts names that this kernel gives and names that are usual elsewhere, compressed or not,
// because an administrator may have the files renamed.
func (c coreNames) of(file string) (process string, ok bool) {
	if c.pattern != nil {
		if match := c.pattern.FindStringSubmatch(file); match != nil {
			return c.named(match), true
		}
	}
	file = compressedSuffix.ReplaceAllString(file, "")
	if file == "core" || file == "coredump" { // coredump is abrt's name
		return other, true
	}
	if rest, ok := strings.CutPrefix(file, "core"); ok {
		return c.afterCore(rest)
	}
	if before, ok := strings.CutSuffix(file, "core"); ok {
		return c.beforeCore(before)
	}
	return "", false
}

var compressedSuffix = regexp.MustCompile(compressedPattern + "$")

const compressedPattern = `(?:\.(?:gz|bz2|xz|zst|lz4|lzo|Z))?`

// afterCore parses the text after "core": core.PID, core.NAME.PID and other forms of core(5),
// core.PID.NAME, and core.NAME.UID.BOOT.PID.TIME of systemd-coredump. The text must contain a
// number or be the name of one of the product's processes; otherwise core.txt would be a core file.
func (c coreNames) afterCore(rest string) (process string, ok bool) {
	parts := strings.FieldsFunc(rest, separates)
	if !separates(rune(rest[0])) || len(parts) == 0 {
		return "", false
	}
	rest = strings.TrimLeft(rest, separators)
	if isNumber(parts[0]) {
		rest = strings.TrimLeft(rest[len(parts[0]):], separators)
	}
	if nameOf(rest, c.processes) == other && !slices.ContainsFunc(parts, isNumber) {
		return "", false
	}
	return leading(rest, c.processes), true
}

// beforeCore parses the text before "core": NAME.core and NAME.PID.core. If the separator is not a
// dot, the name must be one of the product's processes.
func (c coreNames) beforeCore(rest string) (process string, ok bool) {
	name := strings.TrimRight(rest, separators)
	if name == "" || name == rest {
		return "", false
	}
	process = leading(name, c.processes)
	if process == other && rest[len(rest)-1] != '.' {
		return "", false
	}
	return process, true
}

// named returns the process in the file name that the kernel gave, or [other] if there is none.
func (c coreNames) named(match []string) string {
	if len(match) < 2 {
		return other
	}
	return nameOf(match[1], c.processes)
}

// leading returns the longest of the names, complete or truncated by the kernel, with which text
// begins and after which it ends or has a separator. It returns [other] if there is none.
func leading(text string, names []string) string {
	found, length := other, 0
	for _, name := range names {
		for _, written := range []string{name, truncated(name)} {
			rest, ok := strings.CutPrefix(text, written)
			if ok && len(written) > length && (rest == "" || separates(rune(rest[0]))) {
				found, length = name, len(written)
			}
		}
	}
	return found
}

func isNumber(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }
