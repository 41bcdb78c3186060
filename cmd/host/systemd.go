package main

import (
	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/hashicorp/go-hclog"
)

// tellsSystemd returns what the service calls at each look at the clock: the first time it says that the service is
// ready, then that it is alive, for the unit's watchdog. A cycle may take some minutes, so that WatchdogSec= has to be
// ten or more. Where no systemd listens, nothing is said.
func tellsSystemd(log hclog.Logger) func() {
	state := daemon.SdNotifyReady
	return func() {
		if _, err := daemon.SdNotify(false, state); err != nil {
			log.Warn("tell systemd", "error", err)
		}
		state = daemon.SdNotifyWatchdog
	}
}
