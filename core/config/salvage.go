package config

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"polycom.com/usagedata/core/plaintext"
	"polycom.com/usagedata/core/regular"
	"polycom.com/usagedata/core/yamlfile"
)

// Patterns for a configuration that cannot be parsed: the keys `product`, `state` and `log`, and
// absolute paths.
var (
	productKey = regexp.MustCompile(`(?m)^["']?product["']?\s*:\s*["']?([a-z0-9][a-z0-9-]*)["']?\s*$`)
	stateKey   = regexp.MustCompile(`(?m)(?:^|[\s{,])["']?state["']?\s*:\s*["']?(/[^\s"',{}]*)`)
	logKey     = regexp.MustCompile(`(?m)(?:^|[\s{,])["']?log["']?\s*:\s*["']?(/[^\s"',{}]*)`)
	anyPath    = regexp.MustCompile(`(?:^|[\s"':{,])(/[^\s"',{}]*)`)
	comment    = regexp.MustCompile(`(?m)(^|\s)#.*$`)
)

// Salvage reads a configuration for a denial, which must work no matter how broken the
// configuration is (CONS-2). If the file cannot be read, problem says why, and c has the folders
// and the product as far as the text names them, and the defaults otherwise. The state folder is
// then one that holds a decision, if the text names such a folder.
func Salvage(path string) (c Config, problem error) {
	c, problem = Read(path)
	if problem == nil && filepath.IsAbs(c.Folders.State) && filepath.IsAbs(c.Folders.Log) {
		return c, nil
	}
	if problem == nil {
		problem = errors.New("`folders.state` and `folders.log` must be absolute paths")
	}
	text, err := regular.Read(path, yamlfile.MaxSize)
	if err != nil && !errors.Is(err, regular.ErrTooLong) { // if the file is too long, its beginning is used
		return defaults, problem
	}
	c = defaults
	plain := comment.ReplaceAllString(string(plaintext.Decode(text)), "")
	if products := matches(productKey, plain); len(products) == 1 {
		c.Product = products[0]
	}
	c.Folders.State = firstWith("decision.json", append(matches(stateKey, plain), defaults.Folders.State),
		matches(anyPath, plain))
	c.Folders.Log = firstWith("journal.jsonl", append(matches(logKey, plain), defaults.Folders.Log), nil)
	return c, problem
}

// firstWith returns the first of the folders that holds a file of this name, looking at meant
// before others. If none does, it returns the first of meant.
func firstWith(file string, meant, others []string) string {
	for _, folder := range slices.Concat(meant, others) {
		if _, err := os.Lstat(filepath.Join(folder, file)); err == nil {
			return folder
		}
	}
	return meant[0]
}

func matches(pattern *regexp.Regexp, text string) (all []string) {
	for _, match := range pattern.FindAllStringSubmatch(text, -1) {
		all = append(all, match[1])
	}
	return all
}
