// Appliance serves an appliance's Platform API for tests and the demo, until it is stopped. It is a
// stand-in written for this project, not claimed to be compatible with any real product.
//
// It writes to its folder: ca.pem, url, credentials (user:password) and identifiers.txt, one line
// for each string that must not be found in a document. Then it prints "ready" and its URL.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/standin"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(arguments []string, stdout, stderr io.Writer) int {
	parsed := func() (func() (standin.Part, error), error) {
		o, err := parse(arguments, stdout)
		return o.start, err
	}
	return standin.Run("appliance", parsed, stdout, stderr)
}

func (o options) start() (standin.Part, error) {
	appliance, err := platformapi.Start(o.config)
	if err != nil {
		return nil, err
	}
	if err := describe(appliance, o.dir); err != nil {
		return nil, errors.Join(err, appliance.Close())
	}
	return appliance, nil
}

// describe writes the files that a client and a test need. It writes url last, as the sign that all
// files exist.
func describe(a *platformapi.Appliance, dir string) error {
	user, password := a.Credentials()
	identifiers := strings.Join(platformapi.Believable().Identifiers(), "\n")
	for _, file := range []struct {
		name, content string
		mode          os.FileMode
	}{
		{"ca.pem", string(a.CA.PEM()), 0o644},
		{"credentials", user + ":" + password + "\n", 0o600},
		{"identifiers.txt", identifiers + "\n", 0o644},
		{"url", a.URL() + "\n", 0o644},
	} {
		path := filepath.Join(dir, file.name)
		// An older file would keep its mode.
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("replace: %w", err)
		}
		if err := os.WriteFile(path, []byte(file.content), file.mode); err != nil {
			return err
		}
	}
	return nil
}
