package sysinfo

import (
	"path"
	"regexp"
	"strings"

	"polycom.com/usagedata/core/sdk"
)

// systemdCores is the directory in which systemd-coredump stores the core files that it receives
// from the kernel.
const systemdCores = "/var/lib/systemd/coredump"

// CoreFolders returns the directories in which the kernel writes core files. It returns nil if the
// kernel writes them to the directory of each process, pipes them to an unknown program, spreads
// them over several directories, or gives them names that any other file may have. In these cases
// core files cannot be recognized, and zero would be a guess.
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

// toSystemd reports whether the kernel pipes core files to systemd-coredump.
func toSystemd(pattern string) bool {
	program, piped := strings.CutPrefix(pattern, "|")
	program, _, _ = strings.Cut(strings.TrimSpace(program), " ")
	return piped && path.Base(program) == "systemd-coredump"
}

// coreNames returns the names to search for. It reports false for all if core files may have other
// names, because an unknown program chooses them or any other file could have such a name.
func (m machine) coreNames(processes []string) (names coreNames, all bool) {
	pattern := m.corePattern()
	names = coreNames{processes, m.coreName(pattern)}
	return names, names.pattern != nil || pattern == "" || toSystemd(pattern)
}

func (m machine) corePattern() string { return m.word("proc/sys/kernel/core_pattern") }

// coreName returns an expression for the names that the kernel gives to core files. Its first
// group, if there is one, is the name of the process. coreName returns nil if a program chooses the
// names, or if any other file could have such a name.
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
	of, err := regexp.Compile("^" + corePart.ReplaceAllStringFunc(name, matching) + compressedPattern + "$")
	if err != nil {
		return nil // the pattern is not valid UTF-8
	}
	return of
}

var (
	corePart = regexp.MustCompile(`%.?|[^%]+`)
	numbered = regexp.MustCompile(`%[pPiIt]`)
)

// matching returns the expression for one part of the pattern, as described in core(5). The kernel
// drops specifiers that it does not know.
func matching(part string) string {
	switch part {
	case "%%":
		return "%"
	case "%p", "%P", "%i", "%I", "%u", "%g", "%d", "%s", "%t", "%c", "%C":
		return `\d+`
	case "%e", "%f":
		return `(.+?)`
	case "%E":
		return `(?:.*!)?(.+?)` // a path with exclamation marks instead of slashes
	case "%h":
		return `.+?`
	}
	if part[0] == '%' {
		return ""
	}
	return regexp.QuoteMeta(part)
}
