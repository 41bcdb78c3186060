package product

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"polycom.com/usagedata/core/usage"
)

// maxPassword is the largest size of a password file, in bytes.
const maxPassword = 4096

// readPassword reads the password of a secret key: the only line of a file, without its line ending.
// It returns "" if there is no file. Its errors contain nothing of the password.
func readPassword(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	f, err := os.Open(path)
	if err != nil {
		return "", usage.WithHint(fmt.Errorf("read the password: %w", err),
			"give a file with the password in one line: KEY_PASSWORD_FILE= of make, or --password-file")
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxPassword+1))
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	line, err := onlyLine(raw)
	if err != nil {
		return "", fmt.Errorf("read the password in %s: %w", path, err)
	}
	return line, nil
}

func onlyLine(raw []byte) (string, error) {
	// The line ending is not part of the password, in any editor's format.
	text := strings.TrimRight(strings.TrimPrefix(string(raw), "\ufeff"), "\r\n")
	switch {
	case len(raw) > maxPassword:
		return "", fmt.Errorf("it has more than %d bytes", maxPassword)
	case text == "":
		return "", errors.New("it is empty")
	case strings.ContainsAny(text, "\r\n"):
		return "", errors.New("it has more than one line")
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl):
		return "", errors.New("it is not a line of UTF-8 text")
	}
	return text, nil
}
