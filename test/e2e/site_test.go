package e2e

import (
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"

	"polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/spelling"
)

// cmdFault: fault PATH KIND sets the [platformapi.Fault] of a resource of the product; if PATH is
// *, of all resources.
func cmdFault(ts *testscript.TestScript, _ bool, args []string) {
	kinds := map[string]platformapi.Fault{
		"none": {}, "hang": {Hang: true}, "html": {HTML: true}, "cut": {Cut: true}, "500": {Status: 500},
		"401": {Status: 401}, "wrong": {WrongTypes: true},
	}
	fault, ok := kinds[args[1]]
	if !ok {
		ts.Fatalf("fault: what is %s?", args[1])
	}
	asked.Store(stageOf(ts), requests(stageOf(ts)))
	if args[0] == "*" {
		stageOf(ts).Appliance.Faults.SetAll(fault)
		return
	}
	stageOf(ts).Appliance.Faults.Set(args[0], fault)
}

// cmdNoNames: nonames FILE… fails if any of the site's names is in these files, in any spelling. It
// also searches the received documents, compressed and unpacked (ANON-1).
func cmdNoNames(ts *testscript.TestScript, _ bool, args []string) {
	s := stageOf(ts)
	texts := map[string]string{}
	for _, name := range args {
		texts[name] = ts.ReadFile(name)
	}
	files, err := filepath.Glob(filepath.Join(s.Dir, "received", "*"))
	ts.Check(err)
	for _, path := range files {
		text, err := os.ReadFile(path)
		ts.Check(err)
		texts[filepath.Base(path)] = string(text)
	}
	for name, text := range texts {
		in := spelling.In(text)
		for _, identifier := range s.Site.Identifiers() {
			if in.Holds(identifier) {
				ts.Fatalf("%s holds a name of the site: %s", name, identifier)
			}
		}
	}
}
