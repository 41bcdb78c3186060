package main

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"
)

// cipher is an entry of a list of ciphers. Up to version 2 of the security settings an entry is the
// name of an enabled cipher; from version 3 on it is an object with a flag. No document has the
// names of the object's members.
type cipher struct {
	Name    string `json:"name"`
	Enabled bool   `json:"enabled"`
}

var errNoCipher = errors.New("not a cipher")

// UnmarshalJSON accepts a name, an object that contains only a name, and an object that says
// whether the cipher is enabled.
func (c *cipher) UnmarshalJSON(text []byte) error {
	var name string
	if json.Unmarshal(text, &name) == nil && name != "" {
		*c = cipher{name, true}
		return nil
	}
	var members map[string]any
	if err := json.Unmarshal(text, &members); err != nil {
		return err
	}
	name, enabled := nameOf(members), enabledOf(members)
	if listed := true; enabled == nil && len(members) == 1 {
		enabled = &listed
	}
	if name == "" || enabled == nil {
		return errNoCipher
	}
	*c = cipher{name, *enabled}
	return nil
}

// cipherName matches the names of ciphers.
var cipherName = regexp.MustCompile(`^[A-Z0-9]+([_-][A-Z0-9]+)+$`)

// nameOf returns the only text of an object that has the form of a cipher's name.
func nameOf(members map[string]any) (name string) {
	for _, value := range members {
		text, is := value.(string)
		if !is || !cipherName.MatchString(text) {
			continue
		}
		if name != "" {
			return ""
		}
		name = text
	}
	return name
}

// enabledOf returns the flag of an object that is named enabled, or otherwise the only flag whose
// name ends with it.
func enabledOf(members map[string]any) (enabled *bool) {
	var flags []*bool
	for member, value := range members {
		member = strings.ToLower(member)
		flag := flagOf(value)
		switch {
		case member == "enabled":
			return flag
		case flag != nil && strings.HasSuffix(member, "enabled"):
			flags = append(flags, flag)
		}
	}
	if len(flags) != 1 {
		return nil
	}
	return flags[0]
}

// flagOf converts a flag, which may be in a string.
func flagOf(value any) *bool {
	flag, is := value.(bool)
	if text, written := value.(string); written {
		flag, is = strings.EqualFold(text, "true"), strings.EqualFold(text, "true") || strings.EqualFold(text, "false")
	}
	if !is {
		return nil
	}
	return &flag
}

// enabledCiphers returns the names of the enabled ciphers.
func enabledCiphers(list []cipher) []string {
	if list == nil {
		return nil
	}
	names := []string{}
	for _, c := range list {
		if c.Enabled {
			names = append(names, c.Name)
		}
	}
	return names
}
