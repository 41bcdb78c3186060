package checks

// HostsAlone says of each requirement that no check serves why a plugin can neither keep nor break it. The ids are
// those of CONTRIBUTING.md.
func HostsAlone() map[string]string {
	return map[string]string{
		"SEND-1": "when a document is made, and that it is one for each hour, the host sees to: a plugin is asked and " +
			"does not ask",
		"SEND-2": "the host sends, and nobody else: a plugin that connects anywhere but to its sources is found by " +
			"readonly.network",
		"SEND-3":   "the host's gate keeps the window; a plugin has nothing to send by",
		"VIEW-1":   "analytics.json and the journal are the host's",
		"VIEW-2":   "the log archive is the host's",
		"CONS-1…5": "a plugin is not started without consent",
		"DNS-1":    "the fallback name server is asked by the host, for the collection point only",
		"REG-1":    "the registry lists folders: an announced model has no plugin",
	}
}
