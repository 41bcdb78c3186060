package archive

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"syscall"
)

// withheldLine replaces a line that held a name.
const withheldLine = "(a line was withheld: it contained a name of this appliance, or could not be read)\n"

// noteMissing notes a file that is not in the archive. It gives the reason in words of its own,
// because the error's text holds a path.
func (a *writer) noteMissing(name string, err error) {
	why := "it can't be read"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		why = "it does not exist"
	case errors.Is(err, syscall.ELOOP):
		why = "it is a link"
	case errors.Is(err, errTooLong):
		why = "it is too long"
	}
	a.missing = append(a.missing, name+": "+why)
}

// lines writes a text file, each line past the gate.
func (a *writer) lines(name, path string, treat func(line []byte) ([]byte, bool)) {
	in, err := a.open(path)
	if err != nil { // the other files exist only after some time: a missing one is not mentioned
		if !errors.Is(err, fs.ErrNotExist) || name == "journal.jsonl" || name == "usagedata.log" {
			a.noteMissing(name, err)
		}
		return
	}
	defer in.Close()
	out, done := a.entry(name)
	defer done()
	from := bufio.NewReaderSize(a.bounded(name, in), maxLine)
	var long bool // the line is longer than the bound: its pieces can't be judged, because a name may be cut in two
	for a.err == nil {
		line, err := from.ReadSlice('\n')
		full := errors.Is(err, bufio.ErrBufferFull)
		if len(line) > 0 && !full {
			a.line(out, line, func(line []byte) ([]byte, bool) {
				if long {
					return nil, false
				}
				return treat(line)
			})
		}
		if long = full; err != nil && !full {
			if err != io.EOF {
				a.noteMissing(name+" (in part)", err)
			}
			return
		}
	}
}

func (a *writer) line(out io.Writer, line []byte, treat func([]byte) ([]byte, bool)) {
	treated, ok := treat(bytes.TrimRight(line, "\r\n"))
	if ok && a.contents.Named(string(treated)) {
		ok = false
	}
	text := append(treated, '\n')
	if !ok {
		a.withheld++
		text = []byte(withheldLine)
	}
	if _, err := out.Write(text); err != nil && a.err == nil {
		a.err = err
	}
}

// unchanged returns the line as it is.
func unchanged(line []byte) ([]byte, bool) { return line, true }

var actor = regexp.MustCompile(`(?i)("actor"\s*:\s*)("(?:[^"\\]|\\.)*")`)

// record returns a line of JSON with the person in it replaced. It withholds a line that is not
// JSON, because the person cannot be found in it.
func (a *writer) record(line []byte) ([]byte, bool) {
	if len(line) == 0 {
		return nil, true
	}
	if !json.Valid(line) {
		return nil, false
	}
	return a.member(line)
}

// member returns a line of a JSON text with each person in it replaced. It withholds a line in
// which a person's name does not end, as in a damaged file, because that name cannot be replaced.
func (a *writer) member(line []byte) ([]byte, bool) {
	if rest := actor.ReplaceAll(line, nil); bytes.Contains(bytes.ToLower(rest), []byte("actor\"")) {
		return nil, false
	}
	return actor.ReplaceAllFunc(line, func(found []byte) []byte {
		at := actor.FindSubmatchIndex(found)
		var name string
		if json.Unmarshal(found[at[4]:at[5]], &name) != nil {
			name = string(found[at[4]:at[5]])
		}
		return fmt.Appendf(nil, "%s%q", found[:at[3]], a.contents.Person(name))
	}), true
}
