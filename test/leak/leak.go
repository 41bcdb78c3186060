// Package leak measures how much gets through the anonymizer: it reads labeled lines, treats them
// like a plugin's values, and judges the results. The judge is slow and plain and shares nothing
// with the code that it judges. The program for it is test/cmd/leaktest.
package leak

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Line is one labeled line of a file.
type Line struct {
	ID   string   `json:"id"` // optional
	Line string   `json:"line"`
	Must []string `json:"must"` // identifiers, which must not survive
	Keep []string `json:"keep"` // versions, serial numbers and ordinary words, which must survive unchanged
}

// maxLine is longer than any line that a text field accepts, with its labels.
const maxLine = 1 << 20

var errLabels = errors.New("not an object with line, must and keep")

// Read reads a file of labeled lines. Empty lines are skipped. An error gives only the line's
// number, because its text may belong to a customer.
func Read(r io.Reader) ([]Line, error) {
	var lines []Line
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, maxLine)
	number := 0
	for scanner.Scan() {
		number++
		if len(bytes.TrimSpace(scanner.Bytes())) == 0 {
			continue
		}
		line, err := parse(scanner.Bytes())
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		lines = append(lines, line)
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("after line %d: %w", number, err)
	}
	if len(lines) == 0 {
		return nil, errors.New("no line in it")
	}
	return lines, nil
}

func parse(text []byte) (Line, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	var l Line
	if err := decoder.Decode(&l); err != nil || decoder.More() {
		return l, errLabels
	}
	if len(l.Must)+len(l.Keep) == 0 {
		return l, errors.New("no label in it: it would prove nothing")
	}
	if slices.Contains(l.Must, "") || slices.Contains(l.Keep, "") {
		return l, errors.New("an empty label: it is found everywhere")
	}
	return l, nil
}
