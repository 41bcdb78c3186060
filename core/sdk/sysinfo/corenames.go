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
	own       *regexp.Regexp // the names that this kernel gives; nil: it gives none that are known
}

// of returns the process of a core file, and reports whether the name is that of one: as this kernel names them, or one
// of the names that core files have elsewhere, packed or not: whoever configures a folder may have the files renamed.
func (c coreNames) of(file string) (process string, ok bool) {
	if c.own != nil {
		if match := c.own.FindStringSubmatch(file); match != nil {
			return c.named(match), true
		}
	}
	file = packed.ReplaceAllString(file, "")
	if file == "core" || file == "coredump" { // the second is abrt's
		return other, true
	}
	if rest, ok := strings.CutPrefix(file, "core"); ok {
		return c.behind(rest)
	}
	if before, ok := strings.CutSuffix(file, "core"); ok {
		return c.before(before)
	}
	return "", false
}

var packed = regexp.MustCompile(packing + "$")

const packing = `(?:\.(?:gz|bz2|xz|zst|lz4|lzo|Z))?`

// behind reads core.PID, core.NAME.PID and what else core(5) can put there, core.PID.NAME, and
// core.NAME.UID.BOOT.PID.TIME of systemd-coredump. Behind the word there is a number, or nothing
// but one of the product's processes: else core.txt would be a core file.
func (c coreNames) behind(rest string) (process string, ok bool) {
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

// before reads NAME.core and NAME.PID.core. With another sign than a dot, only the product's processes are names.
func (c coreNames) before(rest string) (process string, ok bool) {
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

// named returns the process that the kernel wrote into the name; other if it wrote none.
func (c coreNames) named(match []string) string {
	if len(match) < 2 {
		return other
	}
	return nameOf(match[1], c.processes)
}

// leading finds the longest of the names, as the kernel keeps it, that text begins with and that ends there.
func leading(text string, names []string) string {
	found, length := other, 0
	for _, name := range names {
		for _, written := range []string{name, kept(name)} {
			rest, ok := strings.CutPrefix(text, written)
			if ok && len(written) > length && (rest == "" || separates(rune(rest[0]))) {
				found, length = name, len(written)
			}
		}
	}
	return found
}

func isNumber(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }
