package broken

// foundBy is the check that finds a plugin of the shelf.
func foundBy() map[string]string {
	return map[string]string{
		"chatters":         "handshake.first",
		"mute":             "handshake.prompt",
		"halfline":         "handshake.prompt",
		"exits":            "handshake.prompt",
		"crashes":          "handshake.prompt",
		"floodsout":        "handshake.first",
		"oldcore":          "handshake.core",
		"futureapp":        "handshake.version",
		"netrpc":           "handshake.grpc",
		"elsewhere":        "handshake.socket",
		"otherfolder":      "handshake.socket",
		"plaintext":        "handshake.certificate",
		"othercertificate": "handshake.tls",
		"deaf":             "handshake.tls",
		"deafinside":       "handshake.tls",

		"panicsopen":       "describe.answers",
		"panicsdescribe":   "describe.answers",
		"exitsdescribe":    "describe.answers",
		"hangsdescribe":    "describe.answers",
		"failsdescribe":    "describe.answers",
		"hugedescribe":     "describe.size",
		"milliondescribed": "describe.size",
		"otherproduct":     "describe.product",

		"panicscollector": "sources.healthy",
		"latecollector":   "sources.healthy",

		"writes":        "readonly.files",
		"grandchild":    "readonly.processes",
		"owngroup":      "readonly.processes",
		"session":       "readonly.processes",
		"orphan":        "readonly.processes",
		"eatsprocesses": "readonly.processes",
		"connects":      "readonly.network",
		"datagrams":     "readonly.network",
		"signals":       "readonly.signals",

		"eatsmemory": "resources.memory",
		"eatsfiles":  "resources.descriptors",

		"messageone":  "logs.lines",
		"floodserr":   "logs.few",
		"floodsline":  "logs.few",
		"floodslater": "logs.stdout",
		"floodsstdio": "logs.stdout",
		"hangsstop":   "stop.shutdown",
		"fillsrun":    "stop.files",

		"eatscpu":        "collect.ends",
		"hugeheaders":    "collect.wire",
		"panicscollect":  "collect.ends",
		"exitsmidstream": "collect.ends",
		"hangscollect":   "collect.ends",
		"ignorescancel":  "collect.ends",
		"failscollect":   "collect.ends",
		"twice":          "collect.once",
		"unknown":        "collect.declared",
		"million":        "collect.declared",
		"disorder":       "collect.end",
		"miscounts":      "collect.end",
		"torn":           "collect.end",
		"goeson":         "collect.after",
		"twoends":        "collect.after",
		"emptystep":      "collect.steps",
		"fewer":          "collect.complete",
		"huge":           "collect.size",
		"bigmemory":      "collect.size",
		"badutf8":        "collect.wire",
		"garbage":        "collect.wire",
		"nested":         "collect.wire",
		"muchmemory":     "collect.memory",

		"hugename":       "values.declared",
		"manyvalues":     "values.lists",
		"notanumber":     "values.finite",
		"othershape":     "values.wire",
		"nestedless":     "values.shape",
		"hugestring":     "values.identifiers",
		"otherreason":    "reasons.known",
		"foreignmissing": "reasons.fields",
		"manymissing":    "reasons.fields",
	}
}

// Elsewhere says of the other plugins of the shelf why no check is for them.
func Elsewhere() map[string]string {
	return map[string]string{
		"good": "it does nothing wrong; its profile declares what it never sends, which the suite's own sound " +
			"plugin does not",
		"replaced":      "the trial replaces the binary: package product refuses it before it is started",
		"swapped":       "the trial swaps the binary while the host starts it",
		"emptydescribe": "it breaks five rules of the description at once; describesless breaks one",
		"killed":        "the trial kills it; left alone it hangs in Collect, as hangscollect does",
		"stopped":       "the trial stops it; left alone it hangs in Collect, as hangscollect does",
		"stopsearly":    "the trial stops it; left alone it never shakes hands, as mute does",
		"survives":      "the trial kills its host; left alone it hangs in Collect, as hangscollect does",
		"clings":        "the trial kills its host; left alone it hangs in Collect, as hangscollect does",
		"floodsbroker":  "it floods who asks go-plugin's broker: no host does, and the suite neither",
		"readskey":      "it only reads: what a plugin may read the host's confinement sees to",
		"looksinside":   "it only reads: what a plugin may read the host's confinement sees to",
	}
}
