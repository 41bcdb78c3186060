package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"polycom.com/usagedata/test/conformance/result"
)

// JSON writes result.json: the whole result, indented, the same bytes for the same result.
func JSON(w io.Writer, r result.Result) error {
	lines := json.NewEncoder(w)
	lines.SetIndent("", "  ")
	if err := lines.Encode(each(r, clean)); err != nil {
		return fmt.Errorf("write result.json: %w", err)
	}
	return nil
}

// ReadJSON reads what JSON wrote. Another format is an error, what a later suite of the same format adds is passed
// over.
func ReadJSON(r io.Reader) (read result.Result, err error) {
	text := json.NewDecoder(r)
	if err := text.Decode(&read); err != nil {
		return result.Result{}, fmt.Errorf("read result.json: %w", err)
	}
	if read.Format != result.Format {
		return result.Result{}, errors.New("read result.json: it is not of the format " + result.Format)
	}
	if _, err := text.Token(); err != io.EOF {
		return result.Result{}, errors.New("read result.json: something follows the result")
	}
	return read, nil
}
