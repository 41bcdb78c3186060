package status

import "polycom.com/usagedata/core/usage"

// Advice on a source that fails, for the administrator who can do something about it.
const (
	sourceRuns     = "check that the source runs, and its address in the configuration"
	sourceSettings = "check the settings of the source in the configuration"
	pluginFault    = "report this to the product's vendor, with the reason"
)

var adviceByReason = map[usage.Reason]string{
	usage.Misconfigured: sourceSettings, usage.NotFound: sourceSettings,
	usage.Refused: sourceRuns, usage.Unresolved: sourceRuns, usage.TimedOut: sourceRuns,
	usage.SourceFailed: sourceRuns, usage.SourceStarting: sourceRuns,
	usage.Untrusted:    "check the certificate of the source, and its authority in the configuration",
	usage.LoginRefused: "check the user and the password of the source in the configuration",
	usage.NotPermitted: "permit the service's user to read the source",
	usage.Malformed:    pluginFault, usage.Crashed: pluginFault, usage.PluginFailed: pluginFault,
	usage.NotSent: pluginFault,
}

// adviceOn says what to do about a source that fails for a reason.
func adviceOn(r usage.Reason) string {
	if advice := adviceByReason[r]; advice != "" {
		return advice + "; `usagedata check` tries each source"
	}
	return hintCheck
}
