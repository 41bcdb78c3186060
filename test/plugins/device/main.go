// Command device is a plugin FOR TESTS ONLY. It does not belong to a product: it reads recorded
// answers of a video endpoint's REST interface from a file and declares their members with their
// kinds, so that a test can send them the real way.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"

	"polycom.com/usagedata/core/sdk"
)

//go:embed profile.yaml
var profileYAML []byte

func main() { sdk.Main(profileYAML, open) }

func open(env sdk.Env) ([]sdk.Category, error) {
	d := device{answers: sdk.Share(func(context.Context) (answers, error) { return recorded(env) })}
	return []sdk.Category{
		sdk.Collect("license_information", d.license),
		sdk.Collect("system", d.system),
		sdk.Collect("sessions", d.sessions),
		sdk.Collect("registration", d.registration),
		sdk.Collect("devices", d.devices),
		sdk.Collect("answers", d.raw),
	}, nil
}

// device is the source of the collectors.
type device struct {
	answers func(context.Context) (answers, error)
}

// answers are the endpoint's answers, in the order of the file.
type answers []struct{ Path, Body string }

func recorded(env sdk.Env) (answers, error) {
	var source struct {
		Answers string `json:"answers"`
	}
	if err := env.Source("rest", &source); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(source.Answers)
	if err != nil {
		return nil, err
	}
	var read answers
	err = json.Unmarshal(text, &read)
	for _, answer := range read {
		env.Log.Debug("read", "path", answer.Path, "answer", answer.Body) // as a plugin should not
	}
	return read, err
}

// read decodes the answer of one path. It decodes only the members of T.
func read[T any](ctx context.Context, d device, path string) (into T, err error) {
	all, err := d.answers(ctx)
	if err != nil {
		return into, err
	}
	for _, answer := range all {
		if answer.Path == path {
			return into, json.Unmarshal([]byte(answer.Body), &into)
		}
	}
	return into, fmt.Errorf("read %s: %w", path, sdk.NotAvailable(sdk.NotFound))
}
