package snmp

import (
	"fmt"
	"strings"

	"polycom.com/usagedata/core/sdk/internal/secret"
)

// secrets reads a file with the given number of lines.
func secrets(path string, want int) ([]string, error) {
	text, err := secret.Read(path)
	if err != nil {
		return nil, err
	}
	return lines(text, want)
}

// lines splits a text into lines. The text may end with a line break.
func lines(text string, want int) ([]string, error) {
	found := strings.Split(strings.TrimRight(text, "\r\n"), "\n")
	if len(found) != want {
		return nil, fmt.Errorf("the file must have %d lines", want)
	}
	for i := range found {
		found[i] = strings.TrimRight(found[i], "\r")
		if found[i] == "" || len(found[i]) > maxSecret {
			return nil, fmt.Errorf("a line must have 1 to %d bytes", maxSecret)
		}
	}
	return found, nil
}
