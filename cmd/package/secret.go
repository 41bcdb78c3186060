package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"unicode/utf8"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// filesName is the list of the other files that a product installs, one name per line.
const filesName = "files.txt"

// contractName is the view contract of a product with a database: the definitions of its views,
// written by the product's team.
const contractName = "usage_data.sql"

// listedFiles returns the names of the files that a folder may install. The list is closed, so that
// a file left there by mistake, such as a key, is not given to customers.
func listedFiles(folder string) (map[string]bool, error) {
	names := map[string]bool{profile.FileName: true, product.PluginName: true, product.ChecksumName: true,
		contractName: true}
	if p, err := profile.Load(folder); err == nil { // a profile that cannot be read is refused later
		names[p.Logo] = true
	}
	text, err := authorFile(folder, filesName)
	if err != nil {
		return nil, err
	}
	for line := range entries(text) {
		if firstPresent(folder, line) == "" || filepath.Base(line) != line {
			return nil, usage.WithHint(fmt.Errorf("%s names %q, which is not a file of the folder",
				filepath.Join(folder, filesName), line), "write one name a line, without a folder")
		}
		names[line] = true
	}
	return names, nil
}

// secretName matches the names of files that hold keys or passwords, whatever their content.
var secretName = regexp.MustCompile(`(?i)credential|passw|secret|htpasswd|netrc|pgpass|^id_[a-z0-9]+$|` +
	`\.(key|ppk|p12|pfx|jks|keystore|kdbx|kbx|gpg|pgp)$`)

// secretText matches secret keys anywhere in a text: PEM and OpenPGP, PuTTY, age, and minisign and
// signify, whose public keys and signatures are shorter.
var secretText = regexp.MustCompile(`(?i:-----BEGIN [a-z0-9 ]*PRIVATE KEY)|PuTTY-User-Key-File-|AGE-SECRET-KEY-|` +
	`\bRW[A-Za-z0-9+/]{120}`)

// secretInside matches a whole key in PEM or OpenPGP within a program; the program may contain the
// words alone.
var secretInside = regexp.MustCompile(`-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----[ \t]*\r?\n` +
	`([A-Za-z-]+: [^\r\n]*\r?\n)*\s*[A-Za-z0-9+/=]{40}`)

// readable returns an installed file, or an error if it could give a secret away. Only the plugin
// is a program and only a PNG is an image; everything else is text, so that no key in a binary
// format (DER, PKCS #12, a key store) gets through.
func readable(folder, name string) ([]byte, error) {
	path := filepath.Join(folder, name)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	plain := bytes.ReplaceAll(text, []byte{0}, nil) // a profile may be in UTF-16
	switch {
	case name == product.PluginName:
		if secretInside.Match(text) {
			return nil, errSecret(path)
		}
	case secretName.MatchString(name) || secretText.Match(plain):
		return nil, errSecret(path)
	case name != profile.FileName && !isPNG(folder, name) && (!utf8.Valid(text) || len(plain) < len(text)):
		return nil, usage.WithHint(fmt.Errorf("package %s: it is not UTF-8 text", path),
			"put other content into the plugin, for example with go:embed")
	}
	return text, nil
}

// isPNG reports whether a file is an image that can be a product's logo.
func isPNG(folder, name string) bool {
	logo, err := product.ReadLogo(folder, name)
	return err == nil && logo.Type == product.PNG
}

func errSecret(path string) error {
	return usage.WithHint(fmt.Errorf("package %s: it is a secret key, or contains a key or a password, and every "+
		"customer would get it", path), "remove it from the folder")
}
