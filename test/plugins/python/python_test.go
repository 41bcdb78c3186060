package python

import (
	"testing"

	"polycom.com/usagedata/test/plugins/foreign"
)

func TestMain(m *testing.M) { foreign.Main(m, ID) }

func TestConforms(t *testing.T) { foreign.Conforms(t) }
func TestSIGTERM(t *testing.T)  { foreign.SIGTERM(t) }
func TestCollect(t *testing.T)  { foreign.Collect(t) }
