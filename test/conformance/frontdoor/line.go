package frontdoor

import (
	"path/filepath"
	"strconv"
	"strings"
)

// Line is the handshake's line, field by field, as it was printed.
type Line struct {
	Fields      int
	Core, App   int // -1 where it is no number
	Network     string
	Address     string
	Protocol    string
	Certificate string
}

// ReadLine takes a line apart, and judges nothing.
func ReadLine(text []byte) Line {
	parts := strings.Split(strings.TrimSpace(string(text)), "|")
	l := Line{Fields: len(parts), Core: -1, App: -1}
	into := []func(string){
		func(s string) { l.Core = number(s) }, func(s string) { l.App = number(s) },
		func(s string) { l.Network = s }, func(s string) { l.Address = s },
		func(s string) { l.Protocol = s }, func(s string) { l.Certificate = s },
	}
	for i, part := range parts[:min(len(parts), len(into))] {
		into[i](part)
	}
	return l
}

func number(s string) int {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return -1
	}
	return int(n)
}

// Within tells whether the line names a unix socket in that folder.
func (l Line) Within(folder string) bool {
	return l.Network == "unix" && filepath.Dir(filepath.Clean(l.Address)) == folder
}
