package main

import (
	"log/slog"
	"strings"
	"testing"

	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/core/sdk/source/postgres"
	"polycom.com/usagedata/test/viewcontract"
)

// CAT-*: the contract's comments, the profile and what the plugin reads are the same.
func TestTheContractIsTheProfiles(t *testing.T) {
	t.Parallel()
	viewcontract.CheckProfile(t, product.Database(t).Columns(t), profileYAML, inapplicable...)
}

// The file as it is fulfils what the plugin looks for.
func TestTheContractIsFulfilled(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	env := sdktest.Env(t, sdktest.On{Root: "testdata/good", Sources: product.Database(t).Sources(t)})
	env.Log = slog.New(slog.NewTextHandler(&log, nil))
	db := postgres.Open(env)
	defer db.Close()
	if err := postgres.Contract(t.Context(), db, contract()...); err != nil || log.Len() > 0 {
		t.Errorf("got %v, log %q, want no difference", err, log.String())
	}
	if got, want := len(contract()), len(costs); got != want {
		t.Errorf("got %d views, want %d", got, want)
	}
}

// The file is installed as its head says.
func TestTheContractIsInstalledWithPsql(t *testing.T) {
	t.Parallel()
	plugin.CheckPsql(t, product, "usage_data.sql")
}

// The whole contract is looked at before the first view is read.
func TestTheContractIsLookedAtFirst(t *testing.T) {
	t.Parallel()
	plugin.CheckFirst(t, product, "license", "access_proxy")
}

// A view that this release lacks, or that may not be read, costs its category or its fields.
func TestEachView(t *testing.T) {
	t.Parallel()
	plugin.CheckViews(t, product, costs)
}

// Each column of the contract is read, as the field that it is said to be sent as.
func TestEachColumn(t *testing.T) {
	t.Parallel()
	plugin.CheckColumns(t, product, costs)
}
