package snmp_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/core/sdk/source/snmp"
	"polycom.com/usagedata/test/appliance/snmpd"
)

// These are OIDs of a product's MIB.
const (
	product   = "1.3.6.1.4.1.8072.9999.9999"
	siteTable = product + ".9.1"
)

type status struct {
	Calls    *int64 `oid:"1.3.6.1.4.1.8072.9999.9999.1.0" usage:"calls"`
	Sessions *int64 `oid:"1.3.6.1.4.1.8072.9999.9999.2.0" usage:"sessions"` // not in this release
}

type site struct {
	Calls *int64 `oid:"3" usage:"calls"`
}

type outside struct{ testing.TB }

func (outside) Helper() {}

// running starts an agent and returns the [sdk.Env] of a plugin on this product.
func running() (env sdk.Env, stop func() error) {
	agent, err := snmpd.Start(snmpd.Config{Objects: []snmpd.Object{
		{OID: product + ".1.0", Type: snmpd.Gauge, Value: "7"},
		{OID: siteTable + ".3.1", Type: snmpd.Gauge, Value: "4"},
		{OID: siteTable + ".3.2", Type: snmpd.Gauge, Value: "3"},
	}})
	if err != nil {
		panic(err)
	}
	dir, err := os.MkdirTemp("", "ud-example")
	if err != nil {
		panic(err)
	}
	settings, err := agent.Sources(dir)
	if err != nil {
		panic(err)
	}
	env = sdktest.Env(outside{}, sdktest.On{Sources: map[string]any{snmp.Source: settings}})
	return env, func() error { _ = os.RemoveAll(dir); return agent.Close() }
}

// If the agent does not have an object, its field stays nil.
func ExampleRead() {
	env, stop := running()
	read, err := snmp.Read[status](context.Background(), snmp.Open(env))
	fmt.Println(*read.Calls, read.Sessions, err)
	fmt.Println(stop())
	// Output:
	// 7 <nil> <nil>
	// <nil>
}

// Only the columns that the struct names are read from a table.
func ExampleRows() {
	env, stop := running()
	sites, err := snmp.Rows[site](context.Background(), snmp.Open(env), siteTable)
	for _, s := range sites {
		fmt.Println(*s.Calls)
	}
	fmt.Println(err, stop())
	// Output:
	// 4
	// 3
	// <nil> <nil>
}

// [snmp.Open] neither reads nor connects. If no agent is configured, a read returns this as its
// reason.
func ExampleAgent() {
	agent := snmp.Open(sdktest.Env(outside{}, sdktest.On{}))
	_, err := snmp.Read[status](context.Background(), agent)
	fmt.Println(sdk.Explain(err).Sentence())
	fmt.Println(agent.Requests(), "requests")
	// Output:
	// not available: the source is not configured
	// 0 requests
}

// [snmp.Fields] returns the reason of each missing value, for [sdk.Missing].
func ExampleFields() {
	env, stop := running()
	read, lacks, err := snmp.Fields[status](context.Background(), snmp.Open(env))
	fmt.Println(*read.Calls, lacks["Sessions"], err)
	fmt.Println(stop())
	// Output:
	// 7 not_on_this_release <nil>
	// <nil>
}

// [snmp.Columns] returns the columns that are incomplete: their sum would cover only some rows.
func ExampleColumns() {
	env, stop := running()
	sites, lacks, err := snmp.Columns[site](context.Background(), snmp.Open(env), siteTable)
	fmt.Println(len(sites), len(lacks), err)
	fmt.Println(stop())
	// Output:
	// 2 0 <nil>
	// <nil>
}
