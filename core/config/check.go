package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"polycom.com/usagedata/core/internal/yamlfile"
	"polycom.com/usagedata/core/usage"
)

// check looks at the keys that need no profile.
func (c Config) check(file *yamlfile.File) error {
	var found []error
	want := func(ok bool, path, format string, args ...any) {
		if !ok {
			found = append(found, file.Errorf(path, format, args...))
		}
	}
	want(c.Product != "", "$.product", "product is missing")
	for _, folder := range []struct{ key, value string }{
		{"$.products", c.Products}, {"$.root", c.Root}, {"$.analytics", c.Analytics},
		{"$.folders.state", c.Folders.State}, {"$.folders.log", c.Folders.Log}, {"$.folders.run", c.Folders.Run},
	} {
		unset := folder.value == "" && folder.key == "$.analytics"
		want(unset || filepath.IsAbs(folder.value), folder.key, "an absolute path is wanted here")
	}
	want(c.CollectionPoint.Port >= 0 && c.CollectionPoint.Port < 65536, "$.collection_point.port",
		"port must be between 1 and 65535")
	want(slices.Contains([]string{"debug", "info", "warn", "error"}, c.Log.Level), "$.log.level",
		"level must be debug, info, warn or error")
	want(c.Log.Size >= 10_000 && c.Log.Size <= 10_000_000, "$.log.size", "size must be between 10000 and 10000000 bytes")
	want(c.Log.Keep >= 1 && c.Log.Keep <= 20, "$.log.keep", "keep must be between 1 and 20")
	return errors.Join(found...)
}

// checkSources holds what is configured against what the profile declares.
func (s *Settings) checkSources(file *yamlfile.File) error {
	var found []error
	for _, name := range slices.Sorted(maps.Keys(s.Sources)) {
		settings := s.Sources[name]
		at := "$.sources." + name
		declared, ok := s.Installed.Profile.Source(name)
		if !ok {
			found = append(found, usage.WithHint(file.Errorf(at, "source %s is not one of product %s", name, s.Product),
				"the product's page in plugins/ lists its sources"))
			continue
		}
		for _, key := range slices.Sorted(maps.Keys(settings)) {
			if err := CheckSetting(declared, key, settings[key]); err != nil {
				found = append(found, file.Errorf(at+"."+key, "%w", err))
			}
		}
		for _, setting := range declared.Settings {
			if _, ok := settings[setting.Name]; setting.Required && !ok {
				found = append(found, file.Errorf(at, "source %s needs %s", name, setting.Name))
			}
		}
	}
	return errors.Join(found...)
}

func readable(path string) error {
	_, err := openFile(path)
	return err
}

// secret refuses a file that everyone may read or that others than its owner may write: whoever else can do so could
// know the product's password, or choose it.
func secret(path string) error {
	info, err := openFile(path)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o026 != 0 {
		return usage.WithHint(fmt.Errorf("%s can be read or changed by others", path), "chmod 0640 "+path)
	}
	return nil
}

// openFile opens the file once, so that what is wrong with it is found now and not in the cycle.
func openFile(path string) (fs.FileInfo, error) {
	if !filepath.IsAbs(path) {
		return nil, fmt.Errorf("%s: an absolute path is wanted here", path)
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe is refused, and not waited for
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a file", path)
	}
	return info, err
}
