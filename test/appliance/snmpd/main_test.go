package snmpd_test

import (
	"fmt"
	"io"
	"os"
	"testing"

	"go.uber.org/goleak"

	"polycom.com/usagedata/test/appliance/snmpd"
)

// childOf is set for this test binary when it is to start an agent and be killed.
const childOf = "SNMPD_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childOf) != "" {
		os.Exit(child())
	}
	goleak.VerifyTestMain(m)
}

// child starts an agent, tells its address, and lives until somebody ends it.
func child() int {
	d, err := snmpd.Start(snmpd.Config{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Fprintln(os.Stdout, d.Address())
	_, _ = io.Copy(io.Discard, os.Stdin)
	return 0
}
