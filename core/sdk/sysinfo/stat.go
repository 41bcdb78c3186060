package sysinfo

import (
	"bytes"
	"io"
)

// maxStat is the limit for /proc/PID/stat, which holds about fifty numbers.
const maxStat = 4096

// parseStat returns the name and the state of a process: "4711 (name) Z 1 …". The process chooses
// its name, which may contain spaces, parentheses and line breaks, so it ends at the last
// parenthesis.
func parseStat(text []byte) (name string, state byte, ok bool) {
	begin, end := bytes.Index(text, []byte(" (")), bytes.LastIndex(text, []byte(") "))
	if begin < 1 || end < begin+2 || len(bytes.Trim(text[:begin], "0123456789")) > 0 {
		return "", 0, false
	}
	rest := text[end+2:]
	if len(rest) < 2 || rest[1] != ' ' || !letter(rest[0]) {
		return "", 0, false
	}
	return string(text[begin+2 : end]), rest[0], true
}

func letter(b byte) bool { return b|' ' >= 'a' && b|' ' <= 'z' }

// commLength is the length to which the kernel truncates the name of a process.
const commLength = 15

// nameOf returns the name in the list that matches a name reported by the kernel, or [other] if no
// name matches.
func nameOf(reported string, names []string) string {
	for _, name := range names {
		if reported == name || reported == truncated(name) {
			return name
		}
	}
	return other
}

func truncated(name string) string { return name[:min(len(name), commLength)] }

// read reads a file, up to the given number of bytes.
func (m machine) read(path string, most int64) ([]byte, error) {
	f, err := m.env.Root.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most))
}
