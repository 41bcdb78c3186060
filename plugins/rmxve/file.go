package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"unicode/utf8"

	"polycom.com/usagedata/core/sdk"
)

// maxFile bounds a file of the product.
const maxFile = 64 << 10

// file reads a small text file on the appliance. The errors name neither it nor what it holds.
func (m *mcu) file(what, path string) (string, error) {
	if path == "" {
		return "", sdk.NotAvailable(sdk.NotConfigured)
	}
	text, err := read(m.env.Path(path))
	if err != nil {
		return "", fmt.Errorf("read the file of the %s: %w", what, err)
	}
	return text, nil
}

// read does not wait: a pipe in the place of the file has nothing to say, and is no file.
func read(path string) (string, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return "", cause(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", cause(err)
	}
	if !info.Mode().IsRegular() {
		return "", sdk.NotAvailable(sdk.Malformed)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return "", cause(err)
	}
	if len(text) > maxFile || !utf8.Valid(text) {
		return "", sdk.NotAvailable(sdk.Malformed)
	}
	return strings.TrimPrefix(string(text), "\ufeff"), nil
}

// cause is the error without the path in it.
func cause(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
