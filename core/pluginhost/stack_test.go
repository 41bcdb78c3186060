package pluginhost

import (
	"bytes"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/hashicorp/go-hclog"
)

// PLUG-2, ANON-1: the log names the functions and lines in which a plugin crashed, whether Go's
// runtime printed the stack or the SDK logged it, and no word of the panic.
func TestStackOfACrashIsLogged(t *testing.T) {
	for name, want := range map[string]string{
		"panicscollect":   `plugin panicked: stack="shelf.inItsCalls.func`,
		"panicscollector": `plugin panicked: stack="shelf.withTheSDK.func`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			host, log := install(t, name)
			_, _ = host.Collect(t.Context(), period(), nil, Former{})
			if got := log.String(); !strings.Contains(got, want) || !strings.Contains(got, ".go:") ||
				strings.Contains(got, "seerose") || strings.Contains(got, "0x") {
				t.Errorf("got\n%s\nwant %s", got, want)
			}
		})
	}
}

// ANON-1: text in the form of a stack is logged only as far as the installed binary has the same
// names. Here that is the test program.
func TestForgedStackIsWithheld(t *testing.T) {
	own := "polycom.com/usagedata/core/pluginhost.TestForgedStackIsWithheld"
	_, file, _, _ := runtime.Caller(0)
	const name = "ldap1_kiefer_example"
	const shown = `stack="pluginhost.TestForgedStackIsWithheld stack_test.go:31"`
	head := "goroutine 1 [running]:\n"
	for text, want := range map[string]string{
		head + own + "(0x1)\n\t" + file + ":31 +0x1d\n":                      shown,
		head + own + "({" + name + "})\n\t" + file + ":31\n":                 shown,
		head + "main." + name + "(0x1)\n\t" + file + ":31 +0x1d\n":           "is withheld",
		head + own + "(0x1)\n\t/srv/" + name + ".go:31 +0x1d\n":              "is withheld",
		head + own + "." + name + "(0x1)\n\t" + file + ":31\n":               "is withheld",
		head + "created by " + name + " in goroutine 7\n\t" + file + ":31\n": "is withheld",
		head + "pluginhost.hasName[" + name + "](0x1)\n\t" + file + ":31\n":  "is withheld",
		head + own + "(0x1)\n\t" + file + ":49301234567 +0x1d\n":             "[",
		"goroutine 1 [" + name + "]:\n" + own + "()\n\t" + file + ":1\n":     "stack_test.go:1",
		own + "(0x1)\n\t" + file + ":31 +0x1d\n":                             "[",
		`{"@level":"error","@message":"` + name + `","stack":"` + strings.ReplaceAll(strings.ReplaceAll(head+
			"main."+name+"()\n\t"+file+":31\n", "\n", `\n`), "\t", `\t`) + "\"}\n": "is withheld",
		strings.Repeat(head+"main."+name+"()\n\t"+file+":31\n", 60): "is withheld",
	} {
		var log bytes.Buffer
		program, err := os.Open("/proc/self/exe")
		if err != nil {
			t.Fatal(err)
		}
		l := &lines{log: hclog.New(&hclog.LoggerOptions{Output: &log}), binary: program,
			scrub: func(string) string { return "[scrubbed]" }}
		l.read(strings.NewReader("panic: " + name + "\n\n" + text))
		program.Close()
		if got := log.String(); !strings.Contains(got, want) || strings.Contains(got, "kiefer") ||
			strings.Contains(got, "4930") || strings.Count(got, "\n") > 3+maxStacks {
			t.Errorf("%.200q: got\n%s\nwant %s", text, got, want)
		}
		l.binary, log = strings.NewReader("no program"), bytes.Buffer{}
		if l.read(strings.NewReader(text)); strings.Contains(log.String(), "stack_test.go") {
			t.Errorf("%.200q: got a stack of a binary that cannot be read:\n%s", text, &log)
		}
	}
}
