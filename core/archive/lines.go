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

// withheldLine stands for a line that held a name.
const withheldLine = "(a line was withheld: it held a name of this appliance, or could not be read)\n"

// lacks notes a file that is not in the archive; in words, because an error's own hold a path.
func (a *writer) lacks(name string, err error) {
	why := "it can't be read"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		why = "there is none"
	case errors.Is(err, syscall.ELOOP):
		why = "it is a link"
	case errors.Is(err, errTooLong):
		why = "it is too long"
	}
	a.missing = append(a.missing, name+": "+why)
}

// lines writes a text file line by line, each past the gate.
func (a *writer) lines(name, path string, treat func(line []byte) ([]byte, bool)) {
	in, err := a.open(path)
	if err != nil { // of a file that is there only after some time nothing is said
		if !errors.Is(err, fs.ErrNotExist) || name == "journal.jsonl" || name == "usagedata.log" {
			a.lacks(name, err)
		}
		return
	}
	defer in.Close()
	out, done := a.entry(name)
	defer done()
	from := bufio.NewReaderSize(a.bounded(name, in), maxLine)
	var long bool // in a line that is longer than the bound: its pieces can't be judged, a name may be cut in two
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
				a.lacks(name+", all of it", err)
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

// keep leaves a line as it is.
func keep(line []byte) ([]byte, bool) { return line, true }

var actor = regexp.MustCompile(`(?i)("actor"\s*:\s*)("(?:[^"\\]|\\.)*")`)

// record is a line of JSON with the person in it replaced. What is no JSON can't be told apart, and does not pass.
func (a *writer) record(line []byte) ([]byte, bool) {
	if len(line) == 0 {
		return nil, true
	}
	if !json.Valid(line) {
		return nil, false
	}
	return a.member(line)
}

// member is a line of a JSON text with each person in it replaced. A person's name that does not end in the line, as a
// damaged file has it, can't be replaced, and does not pass.
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
