// Command leaktest measures, for QA and reviewers, which identifiers pass the anonymizer. It reads
// files of labeled lines, one JSON object a line: `line`, `must` (identifiers that must not
// survive) and `keep` (values that must). Each line is treated as a field of kind text, by the
// host's own code; with -typed each identifier as a field of the kind that its notation suggests,
// and each value to keep as a serial number or a version.
//
// An identifier is leaked if it is left in upper or lower case, and partly leaked if 60 % of it and
// at least six characters are left in one piece. With -typed two sorts of values to keep may be
// refused, and are counted separately: versions that are addresses too, because no profile with
// their ranges is given here, and serial numbers that are fillers of the firmware.
//
// With -mistyped each identifier goes to a field of each kept kind, as if a plugin had confused two
// members of an answer. The identifiers that the table of kinds has for this are tested as well.
// The result is a table of how many passed, by kind and by family of notation:
//
//   - Nothing may pass as a kind other than serial and license.
//   - As serial and license no address, hardware address with signs, mail address, URI, dotted name or name of two
//     words may pass. Of single words, telephone numbers, 12 hexadecimal digits and other forms, at most as many may
//     pass as test/leak/remainder.txt allows: a serial number can look like any of them, and only the leak gate, which
//     knows this appliance's names, finds those.
//   - Identifiers that are digits only are shown and not judged if a value may be digits only: no grammar can
//     distinguish the extension 7021 from 7021 calls. Times, dates, flags and enums are not such values.
//
// Exit codes: 0 nothing leaked, 1 something leaked, 2 wrong usage.
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
	typed, mistyped, show bool
	words                 string
	files                 []string
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(arguments []string, stdout, stderr io.Writer) int {
	o, err := parse(arguments, stdout)
	if errors.Is(err, flag.ErrHelp) {
		return exitClean
	}
	code := exitUsage
	if err == nil {
		code, err = o.measure(stdout, stderr)
	}
	if err != nil {
		fmt.Fprintf(stderr, "leaktest: %v\nhint: %s\n", err, usage.HintOf(err))
		return exitUsage
	}
	return code
}

const synopsis = "leaktest [-typed | -mistyped] [-show] [-words FILE] FILE.jsonl…"

// parse reads the command line. Help goes to stdout; every error has a hint.
func parse(arguments []string, stdout io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("leaktest", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.BoolVar(&o.typed, "typed", false,
		"treat each labeled value as a field of its kind, instead of each line as text")
	flags.BoolVar(&o.mistyped, "mistyped", false,
		"treat each identifier as a field of each kept kind, and print how many pass")
	flags.BoolVar(&o.show, "show", false, "show the failing lines, with the tested values")
	flags.StringVar(&o.words, "words", "",
		"`file` of additional words that text may keep, like a profile's vocabulary; # begins a comment")
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
	case o.typed && o.mistyped:
		err = errors.New("-typed and -mistyped cannot be combined")
	case (o.typed || o.mistyped) && o.words != "":
		err = errors.New("-words applies to text only, and cannot be combined with -typed or -mistyped")
	}
	return o, usage.WithHint(err, synopsis+"")
}

// input is one file that has been read.
type input struct {
	file  string
	lines []leak.Line
}

// measure reads all files before it treats any, so that a wrong name is reported at once.
func (o options) measure(stdout, stderr io.Writer) (int, error) {
	words, err := readWords(o.words)
	if err != nil {
		return 0, err
	}
	var inputs []input
	for _, file := range o.files {
		lines, err := readLines(file)
		if err != nil {
			return 0, err
		}
		inputs = append(inputs, input{file, lines})
	}
	if o.show {
		fmt.Fprintln(stderr, warning)
	}
	if o.mistyped {
		return o.mistype(stdout, inputs)
	}
	treat := leak.Text(words)
	if o.typed {
		treat = leak.Typed()
	}
	return o.score(stdout, inputs, treat), nil
}

// result is the score of one file.
type result struct {
	file  string
	score leak.Score
	found []leak.Finding
}

func (o options) score(stdout io.Writer, inputs []input, treat leak.Treatment) int {
	var results []result
	for _, in := range inputs {
		score, found := leak.Measure(in.lines, treat)
		results = append(results, result{in.file, score, found})
	}
	if o.show {
		show(stdout, results)
	}
	return printScores(stdout, results, o.typed)
}

func readLines(path string) ([]leak.Line, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, usage.WithHint(err, "give the name of a readable file")
	}
	defer f.Close()
	lines, err := leak.Read(f)
	if err != nil {
		return nil, usage.WithHint(fmt.Errorf("%s: %w", path, err),
			`each line must look like {"line": "peer 192.0.2.1 up", "must": ["192.0.2.1"], "keep": []}`)
	}
	return lines, nil
}

func readWords(path string) (words []string, err error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, usage.WithHint(err, "give the name of a readable file")
	}
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		words = append(words, strings.Fields(line)...)
	}
	return words, nil
}
