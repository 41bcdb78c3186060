// Package recording is the file in which `newplugin record` writes the answers of a product's API,
// without the names in them, and from which package sdktest plays them back.
package recording

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"polycom.com/usagedata/core/regular"
)

// Format is the version of the file's form.
const Format = "usagedata-recording/1"

// The bounds of a recording. A file that someone hands over can have any content.
const (
	MaxSize    = 16 << 20 // bytes of the file
	MaxAnswers = 1000
)

// File is a recording.
type File struct {
	Format  string   `json:"format"`
	Base    string   `json:"base,omitempty"` // path of the source's URL
	Answers []Answer `json:"answers"`        // in the order in which they were given
}

// Answer is one answer of the API.
type Answer struct {
	Path   string `json:"path"` // with the query: see [Canonical]
	Status int    `json:"status"`
	Type   string `json:"type,omitempty"` // media type of the body
	// Body is the body in JSON. Any other body is left out.
	Body    json.RawMessage `json:"body,omitempty"`
	LeftOut string          `json:"left_out,omitempty"` // why there is no body
}

// Canonical returns the form in which a request's path and query are compared: both escaped alike,
// and the query in order of its keys. It returns false if the query cannot be read.
func Canonical(u *url.URL) (string, bool) {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return "", false
	}
	return (&url.URL{Path: u.Path, RawPath: u.RawPath, RawQuery: query.Encode()}).String(), true
}

// Encode returns the file's content, for people to read.
func (f File) Encode() ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(f)
	return out.Bytes(), err
}

// Load reads a recording. Its errors name neither the file nor its content.
func Load(path string) (File, error) {
	text, err := regular.Read(path, MaxSize)
	if err != nil {
		return File{}, err
	}
	return parse(text)
}

// parse decodes and checks a recording.
func parse(text []byte) (File, error) {
	var f File
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&f); err != nil || decoder.More() {
		return File{}, errors.New("not a recording: the JSON is not valid, or has an unknown member")
	}
	if f.Format != Format {
		return File{}, fmt.Errorf("format must be %s", Format)
	}
	if len(f.Answers) == 0 || len(f.Answers) > MaxAnswers {
		return File{}, fmt.Errorf("a recording has 1 to %d answers", MaxAnswers)
	}
	if f.Base != "" && !isPath(f.Base) {
		return File{}, errors.New("base must be a path")
	}
	for i, answer := range f.Answers {
		if err := answer.check(); err != nil {
			return File{}, fmt.Errorf("answer %d: %w", i+1, err)
		}
	}
	return f, nil
}

func (a Answer) check() error {
	switch {
	case !isPath(a.Path):
		return errors.New("path must begin with / and have only path and query")
	case a.Status < http.StatusOK || a.Status > 599:
		return errors.New("status must be between 200 and 599")
	case strings.ContainsAny(a.Type, "\r\n"):
		return errors.New("type must be one line")
	}
	return nil
}

func isPath(text string) bool {
	u, err := url.Parse(text)
	return err == nil && !u.IsAbs() && u.Host == "" && u.Fragment == "" && strings.HasPrefix(text, "/")
}
