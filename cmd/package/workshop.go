package main

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/goreleaser/nfpm/v2/files"
)

//go:embed files
var embedded embed.FS

// workshop is a folder in which the parts of a package lie until it is written.
type workshop struct {
	dir string
	n   int
}

// put makes text a file of the package.
func (w *workshop) put(destination, text string, mode fs.FileMode) (*files.Content, error) {
	path, err := w.keep(text)
	return file(path, destination, mode), err
}

// keep writes text to a file of the workshop.
func (w *workshop) keep(text string) (string, error) {
	w.n++
	path := filepath.Join(w.dir, fmt.Sprint(w.n))
	return path, os.WriteFile(path, []byte(text), 0o644)
}

// file is one that lies somewhere already.
func file(source, destination string, mode fs.FileMode) *files.Content {
	return &files.Content{Source: source, Destination: destination, FileInfo: &files.ContentFileInfo{Mode: mode,
		Owner: "root", Group: "root"}}
}

// folder is one that comes and goes with the package.
func folder(destination string, mode fs.FileMode) *files.Content {
	return &files.Content{Destination: destination, Type: files.TypeDir, FileInfo: &files.ContentFileInfo{Mode: mode,
		Owner: "root", Group: "root"}}
}

// compressed makes text a file of the package as documents lie in one: with gzip, best, and without a time.
func (w *workshop) compressed(destination, text string) (*files.Content, error) {
	var out bytes.Buffer
	to, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := to.Write([]byte(text)); err != nil {
		return nil, err
	}
	if err := to.Close(); err != nil {
		return nil, err
	}
	return w.put(destination, out.String(), 0o644)
}

// filled is one of the files here, with what it asks for filled in.
func filled(name string, with any) (string, error) {
	text, err := embedded.ReadFile("files/" + name)
	if err != nil {
		return "", err
	}
	t, err := template.New(name).Parse(string(text))
	if err != nil {
		return "", err
	}
	var out strings.Builder
	err = t.Execute(&out, with)
	return out.String(), err
}
