package checks

import (
	"polycom.com/usagedata/test/conformance/check"
	"polycom.com/usagedata/test/conformance/scene"
)

// handshake is about the first line on standard output and the connection that it describes: core/wire/README.md.
func handshake() []check.Check {
	good := []scene.Name{scene.Good}
	return []check.Check{
		{
			ID: "handshake.cookie", Level: required, Serves: []string{"PLUG-1"}, Of: []scene.Name{scene.Cookieless},
			From: scene.Started, Judge: cookie,
			Holds: "Without the cookie in its environment the plugin serves nobody and ends.",
			Why:   "A plugin that is started by hand would wait for a host that never comes.",
		}, {
			ID: "handshake.prompt", Level: required, Serves: []string{"PLUG-1", "SEND-5"}, Of: good, From: scene.Started,
			Judge: prompt,
			Holds: "The plugin prints a whole line within 15 seconds.",
			Why:   "The host waits no longer.",
		}, {
			ID: "handshake.soon", Level: recommended, Serves: []string{"SEND-5"}, Of: starts(), From: scene.Shaken, Judge: soon,
			Holds: "The plugin shakes hands within two seconds.",
			Why:   "It is started every hour, on a machine that has other things to do.",
		}, {
			ID: "handshake.first", Level: required, Serves: []string{"PLUG-1"}, Of: good, From: scene.Started, Judge: first,
			Holds: "The first line on standard output is the handshake.",
			Why:   "The host reads one line, and takes it for the handshake.",
		}, {
			ID: "handshake.core", Level: required, Serves: []string{"PLUG-1"}, Of: good, From: scene.Started, Judge: core,
			Holds: "The line names version 1 of go-plugin's own protocol.",
			Why:   "The host knows no other.",
		}, {
			ID: "handshake.version", Level: required, Serves: []string{"PLUG-1"}, Of: good, From: scene.Started, Judge: version,
			Holds: "The line names a version of the plugin protocol that the host offers.",
			Why:   "The host refuses any other.",
		}, {
			ID: "handshake.offer", Level: required, Serves: []string{"PLUG-1"}, Of: []scene.Name{scene.Good, scene.Offered},
			From: scene.Started, Judge: offer,
			Holds: "Of several versions that are offered the plugin takes one that it was built for.",
			Why:   "A later host offers later versions beside this one.",
		}, {
			ID: "handshake.socket", Level: required, Serves: []string{"PLUG-1"}, Of: good, From: scene.Started, Judge: socket,
			Holds: "The plugin listens on a unix socket in the folder that it was given.",
			Why:   "Nobody else can reach it there, and the host removes the folder after it.",
		}, {
			ID: "handshake.grpc", Level: required, Serves: []string{"PLUG-1"}, Of: good, From: scene.Started, Judge: grpc,
			Holds: "The line says that the plugin speaks gRPC.",
			Why:   "The host speaks nothing else.",
		}, {
			ID: "handshake.certificate", Level: required, Serves: []string{"PLUG-1"}, Of: good, From: scene.Started,
			Judge: certificate,
			Holds: "The line shows the plugin's certificate.",
			Why:   "The connection is mutual TLS: both sides know whom they talk to.",
		}, {
			ID: "handshake.tls", Level: required, Serves: []string{"PLUG-1"}, Of: good, From: scene.Started, Judge: connection,
			Holds: "The plugin answers over TLS, with the certificate that its line shows.",
			Why:   "The host talks to nobody else.",
		}, {
			ID: "handshake.client", Level: required, Serves: []string{"PLUG-1", "VIEW-3"}, Of: []scene.Name{scene.Strangers},
			From: scene.Shaken, Judge: client,
			Holds: "The plugin talks to nobody who does not show the host's certificate.",
			Why:   "What it reads of the product is for its host only.",
		}, {
			ID: "handshake.health", Level: required, Serves: []string{"PLUG-1"}, Of: good, From: scene.Shaken, Judge: health,
			Holds: "The health service says of `plugin` that it serves.",
			Why:   "That is how go-plugin asks whether the plugin lives.",
		},
	}
}
