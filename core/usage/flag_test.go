package usage

import (
	"flag"
	"io"
	"testing"
)

// No message shows the wording of package flag.
func TestPlainFlag(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"-x"}, "unknown flag: -x"},
		{[]string{"-n"}, "-n needs a value"},
		{[]string{"-n", "many"}, `-n cannot have the value "many"`},
		{[]string{"-=x"}, "bad flag syntax: -=x"},
	} {
		flags := flag.NewFlagSet("test", flag.ContinueOnError)
		flags.SetOutput(io.Discard)
		flags.Int("n", 0, "")
		if got := PlainFlag(flags.Parse(tt.args)).Error(); got != tt.want {
			t.Errorf("%q: got %q want %q", tt.args, got, tt.want)
		}
	}
}
