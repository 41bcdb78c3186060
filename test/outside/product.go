package main

import (
	"context"
	"encoding/json"

	"polycom.com/usagedata/core/sdk"
)

// folder is where the product writes what it knows of itself; confinement.reads of the profile names it too.
const folder = "opt/beacon/"

// maxFile bounds a file in it, in bytes.
const maxFile = 64 << 10

// product is what the collectors read.
type product struct{ env sdk.Env }

// decode reads one of the product's JSON files. A file that is there and says something else than it should is
// malformed; what it says goes into no error, because it may be the customer's.
func (p product) decode(ctx context.Context, name string, into any) error {
	text, err := p.env.ReadFile(ctx, folder+name, maxFile)
	if err != nil {
		return err
	}
	if json.Unmarshal(text, into) != nil {
		return malformed
	}
	return nil
}

// Why a value is missing in a file that is there.
var (
	absent    = sdk.NotAvailable(sdk.NotOnRelease) // this release of the product does not write it
	malformed = sdk.NotAvailable(sdk.Malformed)
)
