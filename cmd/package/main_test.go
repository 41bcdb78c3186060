package main

import (
	"io"
	"testing"

	"polycom.com/usagedata/core/usage"
)

// Wrong usage gives one message in this program's own words, with a hint.
func TestWrongUsage(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"deb"}, `"deb" is not a command`},
		{[]string{"host", "x"}, `host takes no arguments, got "x"`},
		{[]string{"product"}, "product takes one argument, the product's folder"},
		{[]string{"check", "a", "b"}, "check takes one argument, the product's folder"},
		{[]string{"product", "--foo"}, "unknown flag: --foo"},
		{[]string{"product", "-x"}, "unknown flag: -x"},
		{[]string{"product", "--version"}, "--version needs a value"},
	} {
		c := newCommand()
		c.SetArgs(tt.args)
		c.SetOut(io.Discard)
		if err := c.Execute(); err == nil || err.Error() != tt.want || usage.HintOf(err) != helpHint {
			t.Errorf("%q: got %v with hint %q, want %s", tt.args, err, usage.HintOf(err), tt.want)
		}
	}
}
