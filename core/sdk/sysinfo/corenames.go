package sysinfo

import (
	"path"
	"slices"
	"strings"

	"polycom.com/usagedata/core/sdk"
)

const separators = ".-_"

func separates(r rune) bool { return strings.ContainsRune(separators, r) }

// coreOf tells whether a file's name is that of a core file, and of which of the processes: core, core.PID,
// core.NAME.PID and what else core(5) can put there, core.PID.NAME, and core.NAME.UID.BOOT.PID.TIME.zst of
// systemd-coredump. Behind the word there is always a number: else core.txt would be one.
func coreOf(file string, names []string) (process string, ok bool) {
	rest, ok := strings.CutPrefix(file, "core")
	if !ok {
		return "", false
	}
	if rest == "" {
		return other, true
	}
	parts := strings.FieldsFunc(rest, separates)
	if !separates(rune(rest[0])) || !slices.ContainsFunc(parts, isNumber) {
		return "", false
	}
	rest = strings.TrimLeft(rest, separators)
	if isNumber(parts[0]) {
		rest = strings.TrimLeft(rest[len(parts[0]):], separators)
	}
	return leading(rest, names), true
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

// systemdCores is where systemd-coredump keeps what the kernel hands it.
const systemdCores = "/var/lib/systemd/coredump"

// CoreFolders are the folders in which the kernel is set to leave core files; none where it leaves them in the folder
// of each process, hands them to a program that is not known here, or spreads them over folders.
func CoreFolders(env sdk.Env) []string {
	pattern := machine{env}.word("proc/sys/kernel/core_pattern")
	if program, ok := strings.CutPrefix(pattern, "|"); ok {
		program, _, _ = strings.Cut(program, " ")
		if path.Base(program) == "systemd-coredump" {
			return []string{systemdCores}
		}
		return nil
	}
	folder := path.Dir(pattern)
	if !path.IsAbs(folder) || folder == "/" || strings.Contains(folder, "%") {
		return nil
	}
	return []string{folder}
}
