// Command rmxve is the plugin for the Polycom RealPresence Collaboration Server, Virtual Edition.
// It reads the appliance's operating system, some files of the MCU, and its SNMP agent. README.md
// lists the fields, the rights that the plugin needs, and the cost.
package main

import (
	"context"
	_ "embed"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sysinfo"
)

//go:embed profile.yaml
var profileYAML []byte

func main() { sdk.Main(profileYAML, open) }

func open(env sdk.Env) ([]sdk.Category, error) { return newMCU(env).categories(), nil }

func (m *mcu) categories() []sdk.Category {
	return []sdk.Category{
		sdk.Collect("system", m.system),
		sdk.Collect("mcu_type", m.mcuType),
		sdk.Collect("mcu_version", m.mcuVersion),
		sdk.Collect("software_version", m.softwareVersion),
		sdk.Collect("sip_configuration_port", m.sip),
		sdk.Collect("core_dumps", m.cores),
		sdk.Collect("kernel_states", m.kernel),
		sdk.Collect("zombie_processes", m.zombies),
	}
}

// processes lists the product's own processes (inferred), as in the profile. Any other process
// counts as other: the names of the programs that a customer runs do not leave the machine.
var processes = []string{
	"McmsDaemon", "McuMngr", "ConfParty", "Resource", "Cards", "CSApi", "CSMngr", "MplApi", "SipProxy", "Gatekeeper",
	"EncryptionKeyServer", "CertMngr", "Authentication", "Auditor", "BackupRestore", "CDR", "Collector", "Configurator",
	"DNSAgent", "ExchangeModule", "Failover", "Faults", "LicenseServer", "LdapModule", "Logger", "MCCFMngr",
	"NotificationMngr", "QAAPI", "RtmIsdnMngr", "SNMPProcess", "SystemMonitoring", "ApacheModule", "httpd", "snmpd",
	"calltask", "csman", "siptask", "gkiftask", "h323LoadBalancer", "mcmsif", "acloader", "mfa", "mpproxy",
}

// cores searches the configured directories, or otherwise those in which the kernel writes core
// files. The age of a core file is its age at the end of the period.
func (m *mcu) cores(ctx context.Context, p sdk.Period) (sysinfo.CoreDumps, error) {
	var at struct {
		Folders []string `json:"folders"`
	}
	m.configured("core_dumps", &at)
	if len(at.Folders) == 0 {
		at.Folders = sysinfo.CoreFolders(m.env)
	}
	if len(at.Folders) == 0 {
		return sysinfo.CoreDumps{}, sdk.NotAvailable(sdk.NotConfigured)
	}
	return sysinfo.Cores(ctx, m.env, sysinfo.CoreSearch{Folders: at.Folders, Names: processes, At: p.End})
}

func (m *mcu) kernel(context.Context, sdk.Period) (sysinfo.KernelStates, error) {
	return sysinfo.Kernel(m.env)
}

func (m *mcu) zombies(ctx context.Context, _ sdk.Period) (sysinfo.ZombieProcesses, error) {
	return sysinfo.Zombies(ctx, m.env, processes)
}
