package page

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
)

// valueView is a value as the page shows it, in one of five shapes: Text; Pairs, for a record or
// for numbers by key; List; Columns with Rows, for a list of records; Parts, for a record whose
// parts are explained one by one.
type valueView struct {
	Text      string
	Trend     *trendView
	Hint      string // the same number in a readable unit: 25.3 GB
	Pseudonym bool
	Pairs     []pair
	List      []valueView
	Columns   []columnHead
	Rows      [][]valueView
	Parts     []leaf
}

// columnHead is a part of a record in a table. Its treatment is given if it needs attention.
type columnHead struct {
	Name      string
	Treatment treatment
}

type pair struct {
	Name  string
	Value valueView
}

// viewOf gives a field's value its shape. A field that the profile does not know, for example from
// a document of another version, is shown as plain text.
func viewOf(f profile.Field, value any) valueView {
	switch is := value.(type) {
	case []any:
		return viewList(f, is)
	case object:
		if len(f.Fields) > 0 {
			return valueView{Parts: leaves(f.Fields, is)}
		}
		return valueView{Pairs: pairs(f, is)}
	}
	return scalar(f, value)
}

func scalar(f profile.Field, value any) valueView {
	text := scalarText(value)
	s := valueView{Text: text, Hint: hint(f, text), Pseudonym: f.Kind.Treatment() == kind.Pseudonymize}
	if f.Unit != "" {
		s.Text += " " + f.Unit
	} else if f.Kind == kind.Duration {
		s.Text += " seconds"
	}
	return s
}

func viewList(f profile.Field, list []any) valueView {
	if len(list) == 0 {
		return valueView{Text: "none"}
	}
	if len(f.Fields) > 0 {
		return table(f.Fields, list)
	}
	var s valueView
	for _, entry := range list {
		s.List = append(s.List, viewCell(f, entry))
	}
	return s
}

// table shows records below each other. If an entry lacks a part, its cell is empty.
func table(parts []profile.Field, list []any) valueView {
	var s valueView
	for _, part := range parts {
		head := columnHead{Name: part.Name}
		if t := treatmentOf(part); t != kept {
			head.Treatment = t
		}
		s.Columns = append(s.Columns, head)
	}
	for _, entry := range list {
		record, _ := entry.(object)
		row := make([]valueView, len(parts))
		for i, part := range parts {
			if value := record.find(part.Name); value != nil {
				row[i] = viewCell(part, value)
			}
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// viewCell shows a value in little space: the parts of a record without their explanations.
func viewCell(f profile.Field, value any) valueView {
	switch is := value.(type) {
	case object:
		return valueView{Pairs: pairs(f, is)}
	case []any:
		var s valueView
		for _, entry := range is {
			s.List = append(s.List, viewCell(f, entry))
		}
		return s
	}
	return scalar(f, value)
}

func pairs(f profile.Field, o object) []pair {
	all := []pair{}
	for _, m := range o {
		part, ok := f.Field(m.name)
		if !ok {
			part = profile.Field{Kind: f.Kind, Unit: f.Unit} // numbers by key all have the field's kind
		}
		all = append(all, pair{m.name, viewCell(part, m.value)})
	}
	return all
}

// scalarText returns a scalar as in the document, without quotation marks.
func scalarText(value any) string {
	switch is := value.(type) {
	case string:
		return is
	case json.Number:
		return is.String()
	case bool:
		return strconv.FormatBool(is)
	}
	text, _ := json.Marshal(value)
	return string(text)
}

// hint formats a large number of bytes or seconds for people.
func hint(f profile.Field, text string) string {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return ""
	}
	switch {
	case f.Unit == "bytes" && n >= 1e6:
		units := []string{"MB", "GB", "TB", "PB"}
		n /= 1e6
		i := 0
		for ; n >= 1000 && i < len(units)-1; i++ {
			n /= 1000
		}
		return fmt.Sprintf("%.3g %s", n, units[i])
	case f.Kind == kind.Duration && n >= 3600 && n < 1e9:
		return span(time.Duration(n) * time.Second)
	}
	return ""
}
