package usage

import (
	"errors"
	"fmt"
	"strings"
)

// PlainFlag translates an error of package flag, or of pflag, about a command line. It returns every
// other error unchanged.
func PlainFlag(err error) error {
	text := err.Error()
	if flag, ok := strings.CutPrefix(text, "flag provided but not defined: "); ok {
		return errors.New("unknown flag: " + flag)
	}
	if flag, ok := strings.CutPrefix(text, "flag needs an argument: "); ok {
		return errors.New(flag + " needs a value")
	}
	if short, ok := strings.CutPrefix(text, "unknown shorthand flag: '"); ok {
		letter, _, _ := strings.Cut(short, "'")
		return errors.New("unknown flag: -" + letter)
	}
	if rest, ok := strings.CutPrefix(text, "invalid value "); ok {
		if value, flag, found := strings.Cut(rest, " for flag "); found {
			flag, _, _ = strings.Cut(flag, ":")
			return fmt.Errorf("%s cannot have the value %s", flag, value)
		}
	}
	return err
}
