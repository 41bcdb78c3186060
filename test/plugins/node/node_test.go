// Package node has a product whose plugin is written in Node. FOR TESTS ONLY: see package foreign.
package node

import (
	"testing"

	"polycom.com/usagedata/test/plugins/foreign"
)

func TestMain(m *testing.M) { foreign.Main(m, "node") }

func TestConforms(t *testing.T) { foreign.Conforms(t) }
func TestSIGTERM(t *testing.T)  { foreign.SIGTERM(t) }
func TestCollect(t *testing.T)  { foreign.Collect(t) }
