package pluginhost

import (
	"bytes"
	"debug/elf"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Bounds on the stacks of a plugin that crashed.
const (
	maxStacks  = 3        // logged in one cycle
	maxFrames  = 64       // read of one stack
	mostFrames = 12       // logged of one stack
	maxSymbols = 64 << 20 // bytes
	maxPiece   = 64 << 10 // bytes of the symbols that are searched at once
	maxName    = 1 << 10  // bytes of a function's or file's name
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
// a stripped binary. It returns an empty table if the binary has none: it is not written in Go.
func symbols(binary io.ReaderAt) io.Reader {
	program, err := elf.NewFile(binary)
	if err != nil {
		return strings.NewReader("")
	}
	for _, section := range program.Sections {
		if strings.HasSuffix(section.Name, ".gopclntab") && section.Size <= maxSymbols {
			return section.Open()
		}
	}
	return strings.NewReader("")
}

// verified returns the frames whose function and file the table holds as whole names, outermost
// last, without the runtime's own. Everything else of a stack is left out: arguments may hold
// addresses of values, and any other name may be a customer's.
func (s *stack) verified(table io.Reader) (shown []string) {
	var searched []string
	for _, f := range s.frames {
		searched = append(searched, f.names()...)
	}
	held := occurring(table, searched)
	for _, f := range s.frames {
		if len(shown) < mostFrames && !strings.HasPrefix(f.function, "runtime.") &&
			!strings.HasPrefix(f.function, "runtime/") && !slices.ContainsFunc(f.names(), held.lacks) {
			shown = append(shown, fmt.Sprintf("%s %s:%s", path.Base(f.function), path.Base(f.file), f.line))
		}
	}
	return shown
}

// names returns the texts that a table holds if it has the function and the file, whole, between
// two NULs. A stack writes the type arguments of a generic function as [...], and the table writes
// them out.
func (f frame) names() []string {
	file := "\x00" + f.file + "\x00"
	before, after, generic := strings.Cut(f.function, "[...]")
	if generic && before != "" {
		return []string{"\x00" + before + "[", "]" + after + "\x00", file}
	}
	return []string{"\x00" + f.function + "\x00", file}
}

// held says which texts were found.
type held map[string]bool

func (h held) lacks(text string) bool { return !h[text] }

// occurring returns the texts that occur in what r reads. It reads pieces, because the table of a
// plugin has megabytes, which the host would keep resident. Texts longer than a name count as absent.
func occurring(r io.Reader, texts []string) held {
	found := held{}
	piece := make([]byte, 0, 2*maxPiece)
	for {
		n, err := io.ReadFull(r, piece[len(piece):len(piece)+maxPiece])
		piece = piece[:len(piece)+n]
		for _, text := range texts {
			if len(text) <= maxName && !found[text] && bytes.Contains(piece, []byte(text)) {
				found[text] = true
			}
		}
		if err != nil {
			return found
		}
		piece = piece[:copy(piece, piece[len(piece)-maxName:])] // a text may begin here and end in the next piece
	}
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
