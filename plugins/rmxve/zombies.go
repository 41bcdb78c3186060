package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sysinfo"
)

func (m *mcu) zombies(ctx context.Context, _ sdk.Period) (sysinfo.ZombieProcesses, error) {
	return sysinfo.Zombies(ctx, m.env, processes)
}

// processes are the product's own (inferred), as the profile lists them. Any other one is other: what else a customer
// runs on the machine stays there.
var processes = []string{
	"McmsDaemon", "McuMngr", "ConfParty", "Resource", "Cards", "CSApi", "CSMngr", "MplApi", "SipProxy", "Gatekeeper",
	"EncryptionKeyServer", "CertMngr", "Authentication", "Auditor", "BackupRestore", "CDR", "Collector", "Configurator",
	"DNSAgent", "ExchangeModule", "Failover", "Faults", "LicenseServer", "LdapModule", "Logger", "MCCFMngr",
	"NotificationMngr", "QAAPI", "RtmIsdnMngr", "SNMPProcess", "SystemMonitoring", "ApacheModule", "httpd", "snmpd",
	"calltask", "csman", "siptask", "gkiftask", "h323LoadBalancer", "mcmsif", "acloader", "mfa", "mpproxy",
}
