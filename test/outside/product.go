package main

import (
	"context"
	"encoding/json"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/httpapi"
)

// folder is the product's folder of facts about itself; confinement.reads of the profile must name
// it, too.
const folder = "opt/beacon/"

// maxFile bounds the size of its files, in bytes.
const maxFile = 64 << 10

// product holds the sources that the collectors read.
type product struct {
	env      sdk.Env
	recorder *httpapi.API
}

// decode reads one of the product's JSON files. If its contents are invalid, they are malformed. No
// error quotes them, because they may be the customer's.
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

// These are the reasons why a value is missing in an existing file.
var (
	absent    = sdk.NotAvailable(sdk.NotOnRelease) // this release of the product does not write it
	malformed = sdk.NotAvailable(sdk.Malformed)
)
