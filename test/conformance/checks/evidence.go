package checks

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"polycom.com/usagedata/test/conformance/frontdoor"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/scene"
	"polycom.com/usagedata/test/spelling"
)

// Limits on the plugin's words in a [Finding].
const (
	maxQuoted = 4 << 10 // bytes of one text before names are masked
	maxLine   = 600     // characters of a line afterwards
	lastLines = 19      // lines of standard error
	complains = 4       // warnings of one scene
)

// quoted quotes words of the plugin, with every character escaped that a terminal would obey. [mask]
// hides the names in it.
func quoted(words string) string { return strconv.QuoteToGraphic(words[:min(len(words), maxQuoted)]) }

// callFailed says why a call failed, as the end of a sentence: what was seen, and the plugin's words.
func callFailed(err error) string {
	var f *frontdoor.Failure
	if !errors.As(err, &f) {
		return "the call failed: " + err.Error()
	}
	said := f.GRPCStatus()
	words := quoted(said.Message())
	switch f.Cause {
	case frontdoor.Refused:
		return fmt.Sprintf("the plugin answered with the status %s and a text of %d bytes: %s", said.Code(),
			len(said.Message()), words)
	case frontdoor.Late:
		return "there was no answer in time"
	case frontdoor.TooLarge:
		return "a message is larger than 1 MiB"
	case frontdoor.Undecodable:
		return "a message cannot be decoded: " + words
	case frontdoor.Headers:
		return fmt.Sprintf("the headers or trailers have %d bytes or more, a host accepts 65536", f.Bytes)
	case frontdoor.Broken:
		return "the connection or the stream broke off: " + words
	}
	return "no connection could be made: " + words
}

// explained adds the reasons that the plugin itself gave for a failure, in the scenes that the check
// judges: how its process ended, with the last lines on standard error; or its warnings.
func (c Check) explained(s *scene.Scenes, f Finding) Finding {
	if f.Outcome != result.Fail {
		return f
	}
	before := len(f.Evidence)
	for _, name := range slices.Backward(c.Of) {
		r := s.Of(name)
		switch {
		case len(f.Evidence)-before > lastLines:
			return f
		case r.Died != "":
			f = f.with(dying(r)...)
		case r.DescribeErr != nil || r.Collect.Err != nil || r.Confined != nil || Topic(c.ID) == "sources":
			f = f.with(complaining(r)...)
		}
	}
	return f
}

// beginning matches the line with which a runtime begins to explain a crash.
var beginning = regexp.MustCompile(`^(panic: |fatal error: |Traceback |thread '|SIG[A-Z]+: |terminate called)`)

// dying returns how the process ended, and the last lines on standard error, from the beginning of
// a stack if there is one.
func dying(r *scene.Recording) []string {
	if len(r.LogEnd) == 0 {
		return []string{fmt.Sprintf("scene %s: %s; no whole line among the %d bytes on standard error", r.Scene, r.Died,
			r.LogBytes)}
	}
	var lines []string
	from := -1
	for _, l := range r.LogEnd {
		if beginning.MatchString(l.Raw) {
			from = len(lines)
		}
		lines = append(lines, logLines(l)...)
	}
	if from < 0 {
		from = max(0, len(lines)-lastLines)
	}
	lines = lines[from:min(len(lines), from+lastLines)]
	return append([]string{fmt.Sprintf("scene %s: %s; on standard error:", r.Scene, r.Died)}, lines...)
}

// complaining returns the last warnings and errors in the log, and the addresses of the sources to
// which the plugin connected.
func complaining(r *scene.Recording) []string {
	var lines []string
	for _, l := range slices.Backward(r.Log) {
		if (l.Level == "warn" || l.Level == "error") && len(lines) < complains {
			lines = append(lines, logLines(l)...)
		}
	}
	if len(r.Reached) > 0 {
		lines = append(lines, "  it connected to "+strings.Join(r.Reached, ", "))
	}
	if len(lines) == 0 {
		return nil
	}
	return append([]string{fmt.Sprintf("scene %s, from the log and the calls:", r.Scene)}, lines...)
}

// logLines shows one line of the log: its message and pairs, and the stack of a panic in lines of
// its own.
func logLines(l scene.LogLine) []string {
	text := l.Text
	if l.Level != "" {
		text = l.Level + " " + text
	}
	lines := []string{"  | " + unquoted(text)}
	for line := range strings.Lines(l.Stack) {
		lines = append(lines, "  |   "+unquoted(strings.TrimRight(line, "\n")))
	}
	return lines
}

// unquoted is [quoted] without the quotation marks.
func unquoted(words string) string {
	words = strings.ReplaceAll(words, "\t", "  ")
	words = quoted(words)
	return strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(words[1 : len(words)-1])
}

// mask hides the names that the suite knows in everything that a check says: names that were
// planted, secrets, names of the configuration, and those of this machine. If a name is still there
// in another spelling, the whole line is withheld.
func (c Check) mask(s *scene.Scenes, f Finding) Finding {
	needles, err := c.names(s)
	if err != nil {
		return Finding{Outcome: result.Error, Says: "The names of this machine cannot be read."}
	}
	f.Says = masked(f.Says, needles)
	for i, line := range f.Evidence {
		f.Evidence[i] = masked(line, needles)
	}
	return f
}

func (c Check) names(s *scene.Scenes) ([]needle, error) {
	needles, err := ofThisMachine(s)
	for _, name := range c.Of {
		r := s.Of(name)
		for _, text := range r.Planted {
			needles = append(needles, needle{text: text, called: "planted name"})
		}
		needles = append(needles, ofSecrets(r.Secrets)...)
	}
	for i, name := range s.World.Names {
		if len(name) >= leastName {
			needles = append(needles, needle{text: name, called: fmt.Sprintf("name number %d", i+1)})
		}
	}
	slices.SortStableFunc(needles, func(a, b needle) int { return len(b.text) - len(a.text) }) // the longest first
	return needles, err
}

func masked(line string, needles []needle) string {
	for _, n := range needles {
		for _, written := range []string{n.text, strings.Trim(strconv.QuoteToGraphic(n.text), `"`)} {
			line = replaceAny(line, written, "["+n.called+"]")
		}
	}
	in := spelling.In(line)
	for _, n := range needles {
		if in.Holds(n.text) && !strings.Contains("["+n.called+"]", n.text) {
			return fmt.Sprintf("(a line of %d characters is withheld: it holds %s)", utf8.RuneCountInString(line),
				n.called)
		}
	}
	if runes := []rune(line); len(runes) > maxLine {
		return fmt.Sprintf("%s… (%d characters more)", string(runes[:maxLine]), len(runes)-maxLine)
	}
	return line
}

// replaceAny replaces the text in upper or lower case of ASCII. Neither has to be valid UTF-8.
func replaceAny(line, text, by string) string {
	if text == "" {
		return line
	}
	var out strings.Builder
	in, text := lowerASCII(line), lowerASCII(text)
	for {
		at := strings.Index(in, text)
		if at < 0 {
			return out.String() + line
		}
		out.WriteString(line[:at] + by)
		in, line = in[at+len(text):], line[at+len(text):]
	}
}

func lowerASCII(s string) string {
	lower := []byte(s)
	for i, b := range lower {
		if 'A' <= b && b <= 'Z' {
			lower[i] = b + 'a' - 'A'
		}
	}
	return string(lower)
}
