package config

import (
	"fmt"
	"net"
	"net/url"
	"path"
	"strconv"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/yamlfile"
)

// CheckSetting returns an error if a setting of a source does not fit its kind, so that a plugin
// never gets a setting that it cannot use. The error gives the key in full.
func CheckSetting(source profile.Source, name string, value any) error {
	key := "sources." + source.Name + "." + name
	setting, ok := source.Setting(name)
	if !ok {
		return fmt.Errorf("%s is not a setting of this source", yamlfile.Visible(key))
	}
	if value == nil || value == "" {
		return fmt.Errorf("%s is empty: give a value or remove the line", key)
	}
	switch setting.Kind {
	case profile.SettingNumber:
		if _, ok := value.(uint64); !ok {
			return fmt.Errorf("%s must be a whole number", key)
		}
		return nil
	case profile.SettingFlag:
		if _, ok := value.(bool); !ok {
			return fmt.Errorf("%s must be true or false", key)
		}
		return nil
	case profile.SettingPaths:
		return checkPaths(key, value)
	}
	switch value := value.(type) {
	case string:
		return checkText(setting.Kind, key, value)
	case []any:
		return fmt.Errorf("%s must be text, not a list", key)
	case map[string]any:
		return fmt.Errorf("%s must be text, not a block of keys", key)
	default:
		return fmt.Errorf("%s must be text: put the value into quotes", key)
	}
}

// maxPaths bounds the paths that a plugin may be asked to look at.
const maxPaths = 32

func checkPaths(key string, value any) error {
	list, ok := value.([]any)
	if !ok || len(list) == 0 || len(list) > maxPaths {
		return fmt.Errorf("%s must be a list of 1 to %d paths", key, maxPaths)
	}
	for _, entry := range list {
		text, ok := entry.(string)
		if !ok || !isPath(text) {
			return notAPath(key)
		}
	}
	return nil
}

func checkText(k profile.SettingKind, key, text string) (err error) {
	switch k {
	case profile.SettingURL:
		if u, failed := url.Parse(text); failed != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
			return fmt.Errorf("%s must be an https URL without a user", key)
		}
	case profile.SettingAddress:
		if !isAddress(text) {
			return fmt.Errorf("%s must be HOST:PORT", key)
		}
	case profile.SettingPath:
		if !isPath(text) {
			return notAPath(key)
		}
	case profile.SettingFile:
		err = checkReadable(text)
	case profile.SettingSecret:
		err = checkSecret(text)
	case profile.SettingCA:
		_, err = readRoots(text)
	}
	return inKey(key, err)
}

// inKey adds the key that names the file to an error about the file.
func inKey(key string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", key, err)
}

// isPath reports whether text is an absolute path without . and .. in it. Such a path stays within
// the plugin's root when it is appended to it.
func isPath(text string) bool { return path.IsAbs(text) && path.Clean(text) == text }

func notAPath(key string) error {
	return fmt.Errorf("%s must be an absolute path, without . or .. in it and without / at its end", key)
}

func isAddress(text string) bool {
	host, port, err := net.SplitHostPort(text)
	number, notNumber := strconv.ParseUint(port, 10, 16)
	return err == nil && host != "" && notNumber == nil && number > 0
}
