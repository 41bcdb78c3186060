package main

import (
	"strings"
	"testing"
)

// A person sees the first failure first, once, with the command that repeats it.
func TestFailuresComeLastWithACommandToRepeat(t *testing.T) {
	for name, tt := range map[string]struct {
		events string
		good   bool
		want   []string // in this order
	}{
		"a subtest": {`{"Action":"output","Package":"m/a","Test":"TestX/it's_+1","Output":"got 1\n"}
{"Action":"fail","Package":"m/a","Test":"TestX/it's_+1"}
{"Action":"output","Package":"m/a","Test":"TestX","Output":"=== RUN TestX\n    --- FAIL: TestX/it\n"}
{"Action":"fail","Package":"m/a","Test":"TestX"}
{"Action":"output","Package":"m/a","Output":"FAIL\n"}
{"Action":"fail","Package":"m/a","Elapsed":1.2}
{"Action":"pass","Package":"m/b","Elapsed":0.1}
`, false, []string{"FAIL\tm/a\t1.200s", "ok  \tm/b", "\nFAIL  m/a TestX/it's_+1\ngot 1\n",
			`repeat: go test -race -count=1 -run '^TestX$/^it.s_\+1$' m/a`}},
		"a package that does not build": {`{"ImportPath":"m/a","Action":"build-output","Output":"a.go:1: undefined: x\n"}
{"ImportPath":"m/a","Action":"build-fail"}
{"Action":"fail","Package":"m/a","FailedBuild":"m/a"}
`, false, []string{"FAIL\tm/a\t", "a.go:1: undefined: x\n"}},
		"the end of a program": {`{"Action":"output","Package":"m/a","Output":"panic: gone\n"}
{"Action":"fail","Package":"m/a"}
`, false, []string{"\nFAIL  m/a \npanic: gone\n"}},
		"another cause": {`{"Action":"output","Package":"m/a","Test":"TestY","Output":"=== RUN TestY\n"}
{"Action":"fail","Package":"m/a","Test":"TestX"}
{"Action":"output","Package":"m/a","Output":"panic: test timed out\n"}
{"Action":"fail","Package":"m/a"}
`, false, []string{"\nFAIL  m/a TestX\n", "\nFAIL  m/a TestY\n=== RUN", "-run '^TestY$' m/a", "panic: test timed out\n"}},
		"nothing":       {"go: no such package\n", false, []string{"go: no such package"}},
		"all is well":   {`{"Action":"pass","Package":"m/a"}` + "\n", true, []string{"ok  \tm/a"}},
		"not a package": {`{"Action":"pass","Package":"m/a","Test":"TestX"}` + "\n", false, nil},
	} {
		var out strings.Builder
		good := read(strings.NewReader(tt.events), &out, []string{"-race"})
		rest := out.String()
		for _, want := range tt.want {
			_, after, found := strings.Cut(rest, want)
			if !found {
				t.Errorf("%s: got %q want %q there", name, out.String(), want)
			}
			rest = after
		}
		if good != tt.good || strings.Count(out.String(), "m/a TestX\n") > 1 {
			t.Errorf("%s: got %t want %t:\n%s", name, good, tt.good, out.String())
		}
	}
}
