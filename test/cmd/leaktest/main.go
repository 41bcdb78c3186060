// Command leaktest measures, for QA and reviewers, what gets through the anonymizer. It reads files of labelled lines, one JSON
// object a line: `line`, `must` (identifiers that must not survive) and `keep` (values that must). Each line is treated as a
// field of kind text, by the host's own code; with -typed each identifier as a field of the kind that its notation tells, and each
// value to keep as a serial number or a version.
//
// An identifier is leaked when it is left in upper or lower case, and partly leaked when 60 % of it and at least six characters
// are left in one piece. Exit codes: 0 nothing leaked, 1 something leaked, 2 wrong usage.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/leak"
)

const (
	exitClean = iota
	exitLeaked
	exitUsage
)

type options struct {
	typed, show bool
	words       string
	files       []string
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(arguments []string, stdout, stderr io.Writer) int {
	o, err := parse(arguments, stdout)
	if errors.Is(err, flag.ErrHelp) {
		return exitClean
	}
	var results []result
	if err == nil {
		results, err = o.measure()
	}
	if err != nil {
		fmt.Fprintf(stderr, "leaktest: %v\nhint: %s\n", err, usage.HintOf(err))
		return exitUsage
	}
	if o.show {
		show(stdout, stderr, results)
	}
	return tell(stdout, results)
}

const synopsis = "leaktest [-typed] [-show] [-words FILE] FILE.jsonl…"

// parse reads the command line. Help goes to stdout; every error has a hint.
func parse(arguments []string, stdout io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("leaktest", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.BoolVar(&o.typed, "typed", false, "treat each labelled value as a field of its kind, instead of the line as text")
	flags.BoolVar(&o.show, "show", false, "show the lines that fail, with the values that are tested")
	flags.StringVar(&o.words, "words", "", "`file` of words that text may keep beside the usual ones, as a profile's vocabulary; # begins a comment")
	err = flags.Parse(arguments)
	o.files = flags.Args()
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(stdout, "usage:", synopsis)
		flags.SetOutput(stdout)
		flags.PrintDefaults()
		return o, err
	case err != nil:
	case len(o.files) == 0:
		err = errors.New("no file given")
	case o.typed && o.words != "":
		err = errors.New("-words has a meaning for text only, and -typed treats none")
	}
	return o, usage.WithHint(err, synopsis+"; -h says what the flags mean")
}

// result is the score of one file.
type result struct {
	file  string
	score leak.Score
	found []leak.Finding
}

// measure reads all files before it treats any, so that a wrong name is said at once.
func (o options) measure() ([]result, error) {
	words, err := readWords(o.words)
	if err != nil {
		return nil, err
	}
	var all [][]leak.Line
	for _, file := range o.files {
		lines, err := readLines(file)
		if err != nil {
			return nil, err
		}
		all = append(all, lines)
	}
	var results []result
	for i, lines := range all {
		treat := leak.Text(words)
		if o.typed {
			treat = leak.Typed()
		}
		score, found := leak.Measure(lines, treat)
		results = append(results, result{o.files[i], score, found})
	}
	return results, nil
}

func readLines(path string) ([]leak.Line, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, usage.WithHint(err, "name a file that can be read")
	}
	defer f.Close()
	lines, err := leak.Read(f)
	if err != nil {
		return nil, usage.WithHint(fmt.Errorf("%s: %w", path, err), `each line is to be like {"line": "peer 192.0.2.1 up", "must": ["192.0.2.1"], "keep": []}`)
	}
	return lines, nil
}

func readWords(path string) (words []string, err error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, usage.WithHint(err, "name a file that can be read")
	}
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		words = append(words, strings.Fields(line)...)
	}
	return words, nil
}
