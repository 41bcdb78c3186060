package stage

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"
	"testing"
)

func TestFindsEachSpelling(t *testing.T) {
	const name = "Müller <core-01>"
	for what, text := range map[string]string{
		"plain":    "x" + name + "y",
		"upper":    "x" + strings.ToUpper(name) + "y",
		"JSON":     `{"a": "M\u00fcller"}` + ` M` + `üller \u003ccore-01\u003e`,
		"URL":      "?q=" + url.QueryEscape(name) + "&b",
		"hex":      "00" + hex.EncodeToString([]byte(name)),
		"base64 ":  base64.StdEncoding.EncodeToString([]byte("" + name + "tail")),
		"base64+1": base64.StdEncoding.EncodeToString([]byte("a" + name + "tail")),
		"base64+2": base64.URLEncoding.EncodeToString([]byte("ab" + name + "tail")),
	} {
		if !Finds(text, name) {
			t.Errorf("%s: not found in %s", what, text)
		}
	}
	for _, text := range []string{"", "Muller <core-01>", "core-01", base64.StdEncoding.EncodeToString([]byte("something else"))} {
		if Finds(text, name) {
			t.Errorf("found in %q", text)
		}
	}
}
