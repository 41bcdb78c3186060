package main

import (
	"testing"
)

// knownFacts are the categories as they have to be, of the good root and the agent's objects.
func knownFacts(t *testing.T, root string) map[string]map[string]any {
	return map[string]map[string]any{
		"system":           {"serial_number": "F1E2D3C4B5A6"},
		"mcu_type":         {"type": "soft_mcu_edge"},
		"mcu_version":      {"version": "8.9.0.123.456", "source": "file"},
		"software_version": {"version": "8.8.1.3201", "source": "snmp", "build_date": "2018-05-17"},
		"sip_configuration_port": {
			"configured": int64(5070), "configured_tls": int64(5061), "listening": true, "transport": []any{"tcp", "tls"},
			"status":         "ok",
			"standard_ports": map[string]any{"udp_5060": true, "tcp_5060": false, "udp_5061": false, "tcp_5061": true},
		},
		"core_dumps": {
			"count": int64(4), "total_bytes": room(t, root), "newest_age": 21 * 60.0, "complete": true,
			"by_process": map[string]any{"ConfParty": int64(2), "NotificationMngr": int64(1), "other": int64(1)},
		},
		"kernel_states": {
			"release": "3.10.0-1160.118.1", "uptime": 1814400.0, "taint": int64(12288), "oops": int64(0), "panic_on_oops": true,
			"out_of_memory_kills": int64(1), "load_1": 3.12, "load_5": 2.75, "load_15": 2.01, "blocked_tasks": int64(2),
		},
		"zombie_processes": {
			"count": int64(7),
			"by_process": map[string]any{"ConfParty": int64(2), "NotificationMngr": int64(1), "h323LoadBalancer": int64(1),
				"other": int64(3)},
		},
	}
}
