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

// workDir is a folder for the parts of a package until it is written.
type workDir struct {
	dir string
	n   int
}

// put makes text a file of the package.
func (w *workDir) put(destination, text string, mode fs.FileMode) (*files.Content, error) {
	path, err := w.keep(text)
	return file(path, destination, mode), err
}

// keep writes text to a file of the workshop.
func (w *workDir) keep(text string) (string, error) {
	w.n++
	path := filepath.Join(w.dir, fmt.Sprint(w.n))
	return path, os.WriteFile(path, []byte(text), 0o644)
}

// file returns an existing file as a part of the package.
func file(source, destination string, mode fs.FileMode) *files.Content {
	return &files.Content{Source: source, Destination: destination, FileInfo: &files.ContentFileInfo{Mode: mode,
		Owner: "root", Group: "root"}}
}

// folder returns a folder that is installed and removed with the package.
func folder(destination string, mode fs.FileMode) *files.Content {
	return &files.Content{Destination: destination, Type: files.TypeDir, FileInfo: &files.ContentFileInfo{Mode: mode,
		Owner: "root", Group: "root"}}
}

// compressed adds text to the package as packages store documents: with the best gzip compression,
// and without a time.
func (w *workDir) compressed(destination, text string) (*files.Content, error) {
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

// filled returns one of the embedded files with its placeholders filled in.
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
