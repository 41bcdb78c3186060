package main

import (
	"fmt"
	"io"

	"polycom.com/usagedata/test/leak"
)

// legend explains the tables.
const legend = "Each identifier as a field of every kept kind: passed/tested. None may pass, except digits as a " +
	"number, and for \"serial\" and \"license\"\n" +
	"the families hex (12 hexadecimal digits), word and numbered (one word, without and with a digit), which no " +
	"grammar can distinguish. Of these\n" +
	"at most as many may pass as test/leak/remainder.txt allows.\n"

// planted is the name of the identifiers from the table of kinds, instead of a file name.
const planted = "planted"

// mistype prints a table for each file, and returns the exit code. Without -show it prints no
// value.
func (o options) mistype(stdout io.Writer, inputs []input) (int, error) {
	remainder, err := leak.TheRemainder()
	if err != nil {
		return 0, err
	}
	fmt.Fprint(stdout, legend)
	code := o.tables(stdout, remainder, planted, leak.Planted())
	for _, in := range inputs {
		code = max(code, o.tables(stdout, remainder, in.file, leak.Identifiers(in.lines)))
	}
	return code, nil
}

func (o options) tables(w io.Writer, remainder leak.Remainder, name string, identifiers []string) int {
	if len(identifiers) == 0 {
		return exitClean
	}
	mistaken := leak.Mistype(identifiers)
	fmt.Fprintf(w, "%s: %d different identifiers; passed/tested\n", name, len(identifiers))
	printMistaken(w, mistaken)
	code := exitClean
	for _, m := range mistaken {
		code = max(code, o.judge(w, remainder, name, m))
	}
	return code
}

func printMistaken(w io.Writer, mistaken []leak.Mistaken) {
	families := present(mistaken)
	table := newTable(w)
	row(table, "kind", names(families), "")
	for _, m := range mistaken {
		var cells []string
		for _, family := range families {
			cells = append(cells, share(m.Shares[family]))
		}
		row(table, m.Kind, cells, "")
	}
	_ = table.Flush()
}

// present returns the families that have at least one identifier.
func present(mistaken []leak.Mistaken) []leak.Family {
	var families []leak.Family
	for _, family := range leak.Families {
		if mistaken[0].Shares[family].Of > 0 {
			families = append(families, family)
		}
	}
	return families
}

func names(families []leak.Family) []string {
	var texts []string
	for _, family := range families {
		texts = append(texts, string(family))
	}
	return texts
}

// judge prints the kinds and families that must not pass, and with -show the identifiers that do.
func (o options) judge(w io.Writer, remainder leak.Remainder, name string, m leak.Mistaken) int {
	code := exitClean
	for _, family := range leak.Families {
		s := m.Shares[family]
		switch remainder.Judge(name, m.Kind, family, s) {
		case leak.Forbidden:
			fmt.Fprintf(w, "%s: %s: %d of %d %s passed; none may\n", name, m.Kind, s.Passed, s.Of, family)
		case leak.Grown:
			fmt.Fprintf(w,
				"%s: %s: %d of %d %s passed, more than before; if this is right, add a line to "+
					"test/leak/remainder.txt: %s\n",
				name, m.Kind, s.Passed, s.Of, family, leak.RemainderLine(name, m.Kind, family, s))
		default:
			continue
		}
		code = exitLeaked
		o.list(w, m.Passed[family])
	}
	return code
}

func (o options) list(w io.Writer, identifiers []string) {
	if !o.show {
		return
	}
	for _, identifier := range identifiers {
		fmt.Fprintf(w, "  %q\n", identifier)
	}
}
