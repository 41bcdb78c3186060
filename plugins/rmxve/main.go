// Command rmxve is the plugin for the Polycom RealPresence Collaboration Server, Virtual Edition. It reads the
// appliance's operating system, some files of the MCU, and its SNMP agent; README.md says what, with which rights, and
// what that costs.
package main

import (
	_ "embed"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/snmp"
)

//go:embed profile.yaml
var profileYAML []byte

func main() { sdk.Main(profileYAML, open) }

func open(env sdk.Env) ([]sdk.Category, error) {
	m := newMCU(env, snmp.Open(env))
	return []sdk.Category{
		sdk.Collect("system", m.system),
		sdk.Collect("mcu_type", m.mcuType),
		sdk.Collect("mcu_version", m.mcuVersion),
		sdk.Collect("software_version", m.softwareVersion),
		sdk.Collect("sip_configuration_port", m.sip),
		sdk.Collect("core_dumps", m.cores),
		sdk.Collect("kernel_states", m.kernel),
		sdk.Collect("zombie_processes", m.zombies),
	}, nil
}
