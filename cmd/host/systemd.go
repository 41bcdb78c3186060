package main

import (
	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/hashicorp/go-hclog"
)

// systemdNotifier returns a function that the service calls each time it reads the clock: the first
// call reports to systemd that the service is ready, later calls that it is alive, for the unit's
// watchdog. A cycle may take some minutes, so WatchdogSec= must be ten or more. If systemd does not
// listen, the function does nothing.
func systemdNotifier(log hclog.Logger) func() {
	state := daemon.SdNotifyReady
	return func() {
		if _, err := daemon.SdNotify(false, state); err != nil {
			log.Warn("notify systemd", "error", err)
		}
		state = daemon.SdNotifyWatchdog
	}
}
