package config

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"polycom.com/usagedata/core/internal/regular"
)

// maxSalvaged bounds what is looked at of a configuration, in bytes; no longer one can be loaded.
const maxSalvaged = 1 << 20

// What is looked for in a configuration that cannot be read: the keys `product`, `state` and `log`, and absolute paths.
var (
	productKey = regexp.MustCompile(`(?m)^["']?product["']?\s*:\s*["']?([a-z0-9][a-z0-9-]*)["']?\s*$`)
	stateKey   = regexp.MustCompile(`(?m)(?:^|[\s{,])["']?state["']?\s*:\s*["']?(/[^\s"',{}]*)`)
	logKey     = regexp.MustCompile(`(?m)(?:^|[\s{,])["']?log["']?\s*:\s*["']?(/[^\s"',{}]*)`)
	anyPath    = regexp.MustCompile(`(?:^|[\s"':{,])(/[^\s"',{}]*)`)
	comment    = regexp.MustCompile(`(?m)(^|\s)#.*$`)
)

// Salvage reads a configuration for a denial, which must work whatever is wrong with it (CONS-2). If the file cannot
// be read, problem says why, and c has the folders and the product as far as the text names them, and the defaults
// where it does not. The state folder is then one that holds a decision, if the text names such a folder.
func Salvage(path string) (c Config, problem error) {
	c, problem = Read(path)
	if problem == nil && filepath.IsAbs(c.Folders.State) && filepath.IsAbs(c.Folders.Log) {
		return c, nil
	}
	text, err := regular.Read(path, maxSalvaged)
	if err != nil {
		return defaults, problem
	}
	c = defaults
	plain := comment.ReplaceAllString(strings.TrimPrefix(string(text), "\ufeff"), "")
	if products := found(productKey, plain); len(products) == 1 {
		c.Product = products[0]
	}
	for _, folder := range found(logKey, plain) {
		c.Folders.Log = folder
	}
	c.Folders.State = stateIn(plain)
	return c, problem
}

// stateIn finds the state folder: of those that the text may mean, the first that holds a decision, else the first.
func stateIn(text string) string {
	meant := append(found(stateKey, text), defaults.Folders.State)
	for _, folder := range append(meant, found(anyPath, text)...) {
		if _, err := os.Lstat(filepath.Join(folder, "decision.json")); err == nil {
			return folder
		}
	}
	return meant[0]
}

func found(what *regexp.Regexp, text string) (all []string) {
	for _, match := range what.FindAllStringSubmatch(text, -1) {
		all = append(all, match[1])
	}
	return all
}
