// Failures reads the events of `go test -json` and prints them for a person: the line of go test
// for each package, and at the end each test that failed, in the order in which they failed, with
// its output and the command that runs it alone. It exits with 1 if anything failed or if the
// events end too early.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
)

func main() {
	if !read(os.Stdin, os.Stdout, os.Args[1:]) {
		os.Exit(1)
	}
}

// event is one line of `go test -json`; see `go doc test2json`.
type event struct {
	Action, Package, ImportPath, Test, Output string
	Elapsed                                   float64 // seconds
}

// name identifies the test, the package if Test is empty, or the package that is built.
func (e event) name() event { return event{Package: cmp.Or(e.Package, e.ImportPath), Test: e.Test} }

// report is what has been read.
type report struct {
	out    io.Writer
	output map[event]*strings.Builder // of tests and packages that have not ended
	failed []event                    // in the order of their ends
	ended  bool                       // a package has
}

// read prints the events of in, and reports whether all went well. The flags are those that go test
// was given.
func read(in io.Reader, out io.Writer, flags []string) bool {
	r := &report{out: out, output: map[event]*strings.Builder{}}
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			break
		}
		var e event
		if json.Unmarshal([]byte(line), &e) != nil || e.Action == "" {
			fmt.Fprint(out, line) // go's own message, for example about an unknown flag
			continue
		}
		r.add(e)
	}
	r.summary(flags)
	return r.ended && len(r.failed) == 0
}

func (r *report) add(e event) {
	name := e.name()
	switch e.Action {
	case "output", "build-output":
		if r.output[name] == nil {
			r.output[name] = &strings.Builder{}
		}
		r.output[name].WriteString(e.Output)
		return
	case "fail", "build-fail":
		if e.Test == "" {
			r.failUnended(name.Package)
		}
		e.Package, e.Output = name.Package, r.text(name)
		r.failed = append(r.failed, e)
	case "pass", "skip":
	default:
		return
	}
	if e.Test == "" && e.Action != "build-fail" {
		r.ended = true
		fmt.Fprintf(r.out, "%-4s\t%s\t%.3fs\n", verdicts[e.Action], e.Package, e.Elapsed)
	}
	delete(r.output, name)
}

// failUnended lists the tests that were running when the package's test program ended, for example
// by a panic or the time limit.
func (r *report) failUnended(of string) {
	names := slices.SortedFunc(maps.Keys(r.output), func(a, b event) int { return strings.Compare(a.Test, b.Test) })
	for _, name := range names {
		if name.Package == of && name.Test != "" {
			r.failed = append(r.failed, event{Package: of, Test: name.Test, Output: r.text(name)})
		}
	}
}

var verdicts = map[string]string{"pass": "ok", "fail": "FAIL", "skip": "?"}

func (r *report) text(name event) string {
	if r.output[name] == nil {
		return ""
	}
	return r.output[name].String()
}

// summary prints the failures, except tests and packages that failed only because a part of them
// did.
func (r *report) summary(flags []string) {
	explained := map[event]bool{}
	for _, e := range r.failed {
		for parent := e.name(); parent.Test != ""; {
			parent.Test = parent.Test[:max(0, strings.LastIndex(parent.Test, "/"))]
			explained[parent] = true
		}
		if explained[e.name()] && verdictsOnly(e.Output) {
			continue
		}
		fmt.Fprintf(r.out, "\nFAIL  %s %s\n%s", e.Package, e.Test, e.Output)
		if e.Test != "" {
			fmt.Fprintf(r.out, "repeat: go test %s -count=1 -run '%s' %s\n", strings.Join(flags, " "), pattern(e.Test),
				e.Package)
		}
	}
}

// verdictsOnly reports whether an output has nothing but the verdicts that go test adds.
func verdictsOnly(output string) bool {
	for line := range strings.Lines(output) {
		if !verdict.MatchString(line) {
			return false
		}
	}
	return true
}

var verdict = regexp.MustCompile(`^\s*(FAIL|exit status 1|=== |--- )`)

// pattern is the one of -run that selects the test and nothing else.
func pattern(test string) string {
	parts := strings.Split(test, "/")
	for i, part := range parts {
		parts[i] = "^" + strings.ReplaceAll(regexp.QuoteMeta(part), "'", ".") + "$"
	}
	return strings.Join(parts, "/")
}
