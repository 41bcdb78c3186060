package pluginhost

import (
	"bytes"
	"debug/elf"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"
)

// Bounds on the stacks of a plugin that crashed.
const (
	maxStacks  = 3        // logged in one cycle
	maxFrames  = 64       // read of one stack
	mostFrames = 12       // logged of one stack
	maxSymbols = 64 << 20 // bytes
)

// stack collects the frames of one goroutine's stack from the lines on which Go's runtime prints
// them. The log names the functions and lines of a crash, which are not the customer's. But the
// plugin wrote the lines, and they may hold anything: [stack.verified] returns only names that the
// installed binary has as well.
type stack struct {
	open     bool
	function string // waits for the line with its file
	frames   []frame
}

// frame is a call, as the plugin printed it.
type frame struct{ function, file, line string }

var (
	goroutine = regexp.MustCompile(`^goroutine \d+ .*\[.*\]:$`)
	called    = regexp.MustCompile(`^(\S+)\([^()]*\)$`)
	created   = regexp.MustCompile(`^created by (\S+)(?: in goroutine \d+)?$`)
	located   = regexp.MustCompile(`^\t(.+\.(?:go|s)):(\d{1,5})(?: \+0x[0-9a-f]+)?$`)
)

// take reports whether the line belongs to a stack, which begins with the number of a goroutine.
func (s *stack) take(line string) bool {
	line = strings.TrimRight(line, "\r\n")
	if goroutine.MatchString(line) {
		s.open = true
		return true
	}
	if !s.open {
		return false
	}
	if at := located.FindStringSubmatch(line); at != nil {
		if s.function != "" && len(s.frames) < maxFrames {
			s.frames = append(s.frames, frame{s.function, at[1], at[2]})
		}
		s.function = ""
		return true
	}
	for _, form := range []*regexp.Regexp{called, created} {
		if call := form.FindStringSubmatch(line); call != nil {
			s.function = call[1]
			return true
		}
	}
	return line == ""
}

// symbols returns the table in which the Go linker keeps the names of functions and files, even in
// a stripped binary. It returns nil if the binary has none: it is not written in Go.
func symbols(binary io.ReaderAt) []byte {
	program, err := elf.NewFile(binary)
	if err != nil {
		return nil
	}
	for _, section := range program.Sections {
		if strings.HasSuffix(section.Name, ".gopclntab") && section.Size <= maxSymbols {
			table, err := section.Data()
			if err != nil {
				return nil
			}
			return table
		}
	}
	return nil
}

// verified returns the frames whose function and file the table holds as whole names, outermost
// last, without the runtime's own. Everything else of a stack is left out: arguments may hold
// addresses of values, and any other name may be a customer's.
func (s *stack) verified(table []byte) (shown []string) {
	for _, f := range s.frames {
		if len(shown) < mostFrames && !strings.HasPrefix(f.function, "runtime.") &&
			!strings.HasPrefix(f.function, "runtime/") && hasFunction(table, f.function) && hasName(table, f.file) {
			shown = append(shown, fmt.Sprintf("%s %s:%s", path.Base(f.function), path.Base(f.file), f.line))
		}
	}
	return shown
}

// hasFunction also finds a generic function. The stack writes its type arguments as [...], and the
// table writes them out.
func hasFunction(table []byte, name string) bool {
	before, after, generic := strings.Cut(name, "[...]")
	if !generic {
		return hasName(table, name)
	}
	return len(before) > 0 && bytes.Contains(table, []byte("\x00"+before+"[")) &&
		bytes.Contains(table, []byte("]"+after+"\x00"))
}

// hasName reports whether the table holds the name between two NULs.
func hasName(table []byte, name string) bool {
	return !strings.Contains(name, "\x00") && bytes.Contains(table, []byte("\x00"+name+"\x00"))
}

// logStack logs the stack that was read, if there is one, and begins a new one. It reads the binary,
// which was verified before it was started, only when a plugin has crashed.
func (l *lines) logStack(s *stack) {
	frames := len(s.frames)
	if frames == 0 || l.stacks >= maxStacks {
		*s = stack{}
		return
	}
	l.stacks++
	shown := s.verified(symbols(l.binary))
	*s = stack{}
	if len(shown) == 0 {
		l.log.Error("plugin panicked; its stack is withheld, because its functions are not those of the installed "+
			"program", "frames", frames)
		return
	}
	l.log.Error("plugin panicked", "stack", strings.Join(shown, ", "), "frames", frames)
}
