package config

import (
	"fmt"
	"net"
	"net/url"
	"path"
	"strconv"

	"polycom.com/usagedata/core/profile"
)

// CheckSetting returns an error if a setting of a source does not fit its kind, so that a plugin
// never gets a setting that it cannot use.
func CheckSetting(source profile.Source, key string, value any) error {
	setting, ok := source.Setting(key)
	if !ok {
		return fmt.Errorf("source %s has no setting %s", source.Name, key)
	}
	text, isText := value.(string)
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
	if !isText || text == "" {
		return fmt.Errorf("%s must be a text", key)
	}
	return checkText(setting, text)
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

func checkText(setting profile.SourceSetting, text string) error {
	switch setting.Kind {
	case profile.SettingURL:
		if u, err := url.Parse(text); err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
			return fmt.Errorf("%s must be an https URL without a user", setting.Name)
		}
	case profile.SettingAddress:
		if !isAddress(text) {
			return fmt.Errorf("%s must be HOST:PORT", setting.Name)
		}
	case profile.SettingFile:
		return readable(text)
	case profile.SettingSecret:
		return secret(text)
	case profile.SettingCA:
		_, err := readRoots(text)
		return err
	case profile.SettingPath:
		if !isPath(text) {
			return notAPath(setting.Name)
		}
	}
	return nil
}

// isPath reports whether text is an absolute path without . and .. in it. Such a path stays within
// the plugin's root when it is appended to it.
func isPath(text string) bool { return path.IsAbs(text) && path.Clean(text) == text }

func notAPath(key string) error {
	return fmt.Errorf("%s: an absolute path is wanted here, without . or .. in it or / at its end", key)
}

func isAddress(text string) bool {
	host, port, err := net.SplitHostPort(text)
	number, notNumber := strconv.ParseUint(port, 10, 16)
	return err == nil && host != "" && notNumber == nil && number > 0
}
