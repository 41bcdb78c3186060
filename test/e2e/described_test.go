package e2e

import (
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// cmdDescribed: described OPENAPI SCHEMA FILE… checks JSON files against a schema of the API's
// description, as it was served.
func cmdDescribed(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 3 {
		ts.Fatalf("described: what is %q?", args)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	ts.Check(c.AddResource("openapi.json", parsed(ts, args[0])))
	schema, err := c.Compile("openapi.json#/components/schemas/" + args[1])
	ts.Check(err)
	for _, name := range args[2:] {
		if err := schema.Validate(parsed(ts, name)); err != nil {
			ts.Fatalf("%s is not as described: %v", name, err)
		}
	}
}

func parsed(ts *testscript.TestScript, name string) any {
	text, err := os.ReadFile(ts.MkAbs(name))
	ts.Check(err)
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	ts.Check(err)
	return value
}
