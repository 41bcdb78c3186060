package sysinfo

import (
	"path"
	"regexp"
	"strings"

	"polycom.com/usagedata/core/sdk"
)

// systemdCores is where systemd-coredump keeps what the kernel hands it.
const systemdCores = "/var/lib/systemd/coredump"

// CoreFolders are the folders in which the kernel is set to leave core files; none where it leaves them in the folder
// of each process, hands them to a program that is not known here, spreads them over folders, or gives them names that
// any other file may have: no core file could be told from those, and zero would be a guess.
func CoreFolders(env sdk.Env) []string {
	m := machine{env}
	pattern := m.corePattern()
	if toSystemd(pattern) {
		return []string{systemdCores}
	}
	folder := path.Dir(pattern)
	if !path.IsAbs(folder) || folder == "/" || strings.Contains(folder, "%") || m.coreName(pattern) == nil {
		return nil
	}
	return []string{folder}
}

// toSystemd reports whether the kernel hands core files to systemd-coredump.
func toSystemd(pattern string) bool {
	program, piped := strings.CutPrefix(pattern, "|")
	program, _, _ = strings.Cut(strings.TrimSpace(program), " ")
	return piped && path.Base(program) == "systemd-coredump"
}

// coreNames are the names to look for. all is false if core files may have others: a program that is not known here
// chooses them, or any file could have such a name.
func (m machine) coreNames(processes []string) (names coreNames, all bool) {
	pattern := m.corePattern()
	names = coreNames{processes, m.coreName(pattern)}
	return names, names.own != nil || pattern == "" || toSystemd(pattern)
}

func (m machine) corePattern() string { return m.word("proc/sys/kernel/core_pattern") }

// coreName matches the names that the kernel is set to give to core files, with the name of the process in its first
// group, if it has one; nil if a program chooses them, or if any file could have such a name.
func (m machine) coreName(pattern string) *regexp.Regexp {
	if pattern == "" || pattern[0] == '|' {
		return nil
	}
	name := path.Base(pattern)
	if uses := m.word("proc/sys/kernel/core_uses_pid"); uses != "" && uses != "0" && !strings.Contains(pattern, "%p") {
		name += ".%p"
	}
	if !strings.Contains(name, "core") && !numbered.MatchString(name) {
		return nil
	}
	of, err := regexp.Compile("^" + corePart.ReplaceAllStringFunc(name, matching) + packing + "$")
	if err != nil {
		return nil // it is not in UTF-8
	}
	return of
}

var (
	corePart = regexp.MustCompile(`%.?|[^%]+`)
	numbered = regexp.MustCompile(`%[pPiIt]`)
)

// matching returns the expression for a part of the pattern, as core(5) has them. The kernel drops what it does not
// know.
func matching(part string) string {
	switch part {
	case "%%":
		return "%"
	case "%p", "%P", "%i", "%I", "%u", "%g", "%d", "%s", "%t", "%c", "%C":
		return `\d+`
	case "%e", "%f":
		return `(.+?)`
	case "%E":
		return `(?:.*!)?(.+?)` // a path whose slashes are exclamation marks
	case "%h":
		return `.+?`
	}
	if part[0] == '%' {
		return ""
	}
	return regexp.QuoteMeta(part)
}
