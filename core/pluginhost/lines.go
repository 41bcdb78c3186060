package pluginhost

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/hashicorp/go-hclog"
)

// Bounds on a plugin's log in one cycle.
const (
	maxLine  = 4 << 10
	maxLines = 200
)

// lines passes a plugin's log lines on, scrubbed, with their level; it drops and counts the lines
// beyond the bounds. Of the stack of a crash it logs the names that the binary has as well.
type lines struct {
	log    hclog.Logger
	scrub  func(string) string
	count  int
	binary io.ReaderAt // the verified program
	stacks int         // logged so far
	stack  stack       // that is being read
	// misconfigured is called with each source that the plugin reports as misconfigured; it may be
	// nil.
	misconfigured func(source, cause string)
}

func (h *Host) lines(binary io.ReaderAt) *lines {
	return &lines{log: h.Log.Named(h.Product.Profile.ID), scrub: h.Scrub, misconfigured: h.forwardMisconfigured(),
		binary: binary}
}

// forwardMisconfigured passes only the sources of the profile on: any other name could hold
// anything.
func (h *Host) forwardMisconfigured() func(source, cause string) {
	if h.Misconfigured == nil {
		return nil
	}
	return func(source, cause string) {
		if _, known := h.Product.Profile.Source(source); known {
			h.Misconfigured(source, cause)
		}
	}
}

// read reads to the end of the pipe. It never blocks the plugin: excess lines are dropped, not held
// back.
func (l *lines) read(pipe io.Reader) {
	reader := bufio.NewReaderSize(pipe, maxLine)
	for {
		line, err := reader.ReadSlice('\n')
		if err == nil || (err == io.EOF && len(line) > 0) {
			l.forward(line)
			continue
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			break
		}
		l.count++ // too long: drop the pieces and count each
	}
	l.logStack(&l.stack)
	if dropped := l.count - maxLines; dropped > 0 {
		l.log.Warn("plugin logged too many lines", "dropped_lines", dropped)
	}
}

func (l *lines) forward(line []byte) {
	l.count++
	if l.count > maxLines || l.scrub == nil {
		return
	}
	if l.stack.take(string(line)) {
		return
	}
	l.logStack(&l.stack)
	level, text, pairs := parse(line)
	if text == "" {
		return
	}
	l.log.Log(level, l.scrub(text))
	l.logReported(pairs)
	source, _ := pairs["source"].(string)
	if cause, failed := pairs["error"].(string); failed && level >= hclog.Error && l.misconfigured != nil {
		l.misconfigured(source, l.scrub(cause))
	}
}

// logReported logs the stack of a panic that the SDK has recovered and logged in a pair of its own.
func (l *lines) logReported(pairs map[string]any) {
	text, is := goStack(pairs[stackPair])
	if !is {
		return
	}
	var reported stack
	for line := range strings.Lines(text) {
		reported.take(line)
	}
	l.logStack(&reported)
}

// stackPair is the name of the pair of a log line that holds a stack.
const stackPair = "stack"

// goStack returns the text of a stack of Go, which is not scrubbed with the rest of its line.
func goStack(value any) (text string, is bool) {
	text, _ = value.(string)
	return text, strings.HasPrefix(text, "goroutine ")
}

// parse parses a line of hclog's JSON; any other line is taken as a message. The remaining pairs
// follow in the order of their names.
func parse(line []byte) (level hclog.Level, message string, pairs map[string]any) {
	if json.Unmarshal(line, &pairs) != nil {
		return hclog.Info, strings.TrimSpace(string(line)), nil
	}
	level = hclog.LevelFromString(fmt.Sprint(pairs["@level"]))
	text := []string{fmt.Sprint(pairs["@message"])}
	var names []string
	for name := range pairs {
		if _, is := goStack(pairs[name]); !strings.HasPrefix(name, "@") && !(is && name == stackPair) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		text = append(text, fmt.Sprintf("%s=%v", name, pairs[name]))
	}
	return max(level, hclog.Trace), strings.Join(text, " "), pairs
}
