package shelf

import "polycom.com/usagedata/core/protection"

const (
	tooLarge = "answered ResourceExhausted"
	unread   = "answered Internal"
	tooMuch  = "MB of memory"
	couldNot = "could not" // in the plugin's own words, which the host's log shows scrubbed
	floods   = "printed where nobody reads"
)

func inItsValues() []Plugin {
	return []Plugin{
		{Name: "hugestring", Wrong: "sends a string of 900 KB", Ends: Whole, Quick: true, Says: "1 suppressed"},
		{Name: "hugename", Wrong: "sends a field whose name has 900 KB", Ends: Whole, Quick: true, Says: "1 undeclared"},
		{Name: "notanumber", Wrong: "sends NaN and infinity", Ends: Whole, Quick: true, Says: "2 suppressed"},
		{Name: "badutf8", Wrong: "sends a text that is not UTF-8", Ends: Partly, Quick: true, Says: unread},
		{Name: "garbage", Wrong: "sends bytes that are no message", Ends: Partly, Quick: true, Says: unread},
		{Name: "othershape", Wrong: "sends a field in another wire type than the protocol's", Ends: Partly, Quick: true,
			Says: "missing   second"},
		{Name: "otherreason", Wrong: "gives a reason that holds a name", Ends: Partly, Quick: true, Says: "missing   second"},
		{Name: "foreignmissing", Wrong: "misses fields that are another category's", Ends: Whole, Quick: true},
		{Name: "muchmemory", Wrong: "asks for 300 KiB to be remembered", Ends: Whole, Quick: true,
			Says: "asked for too much to be remembered"},
		{Name: "bigmemory", Wrong: "asks for 1 MiB to be remembered", Ends: Whole, Quick: true, Says: tooLarge},
	}
}

func withItsOutput() []Plugin {
	return []Plugin{
		{Name: "messageone", Wrong: `writes {"@message":1} to standard error`, Ends: Whole, Quick: true},
		{Name: "floodserr", Wrong: "floods standard error with 64 MB of lines", Ends: Whole, Alone: true,
			Says: "logged too much"},
		{Name: "floodsline", Wrong: "floods standard error with one line of 64 MB", Ends: Whole, Alone: true,
			Says: "logged too much"},
		{Name: "floodslater", Wrong: "floods standard output with 64 MB without a newline, after its handshake", Ends: Whole,
			Alone: true, Says: floods},
		{Name: "floodsstdio", Wrong: "floods go-plugin's own stream of standard output with 64 MB", Ends: Whole, Alone: true,
			Says: floods},
		{Name: "floodsbroker", Wrong: "floods go-plugin's broker with a million offers", Ends: Whole, Alone: true,
			Limit: Late},
	}
}

func inItsSize() []Plugin {
	return []Plugin{
		{Name: "huge", Wrong: "answers Collect with 256 MiB", Ends: Partly, Alone: true, Limit: Late, Says: tooLarge +
			"|" + tooMuch},
		{Name: "hugedescribe", Wrong: "answers Describe with 256 MiB", Ends: Refused, Alone: true, Limit: Late,
			Says: tooLarge + "|" + tooMuch},
		{Name: "hugeheaders", Wrong: "sends 8 MB of headers", Ends: Refused, Quick: true, Says: "answered "},
		{Name: "million", Wrong: "sends a million categories", Ends: Partly, Quick: true,
			Says: "it sent a category that the profile does not have"},
		{Name: "milliondescribed", Wrong: "describes a million categories", Ends: Refused, Alone: true, Says: tooLarge +
			"|" + tooMuch},
		{Name: "manyvalues", Wrong: "sends a list of 300,000 numbers", Ends: Whole, Quick: true, Says: "suppressed"},
		{Name: "manymissing", Wrong: "misses a field 100,000 times", Ends: Whole, Quick: true},
		{Name: "nested", Wrong: "nests a value 10,000 levels deep", Ends: Partly, Quick: true, Says: unread},
		{Name: "nestedless", Wrong: "nests a value 3,000 levels deep", Ends: Partly, Quick: true, Says: "missing   second"},
	}
}

func withItsChildren() []Plugin {
	return []Plugin{
		{Name: "grandchild", Wrong: "leaves a child that holds standard error open", Ends: Whole},
		{Name: "owngroup", Wrong: "leaves a child in a process group of its own", Ends: Whole, Needs: protection.Processes,
			Says: couldNot},
		{Name: "session", Wrong: "leaves a child in a session of its own", Ends: Whole, Needs: protection.Processes,
			Says: couldNot},
		{Name: "orphan", Wrong: "leaves a grandchild in a session of its own, whose parent is gone", Ends: Whole,
			Needs: protection.Processes, Says: couldNot},
		{Name: "survives", Wrong: "hangs, with a child, when its host is killed", Ends: Partly, Kill: true,
			Needs: protection.Processes, Limit: Late},
		{Name: "clings", Wrong: "takes back the signal that ends it with its host", Ends: Partly, Kill: true,
			Needs: protection.Calls, Limit: Late},
	}
}

func inItsAppetite() []Plugin {
	return []Plugin{
		{Name: "eatsmemory", Wrong: "takes 1 GiB of memory", Ends: Partly, Alone: true, Needs: protection.Memory, Limit: Late,
			Says: tooMuch},
		{Name: "eatscpu", Wrong: "computes on all processors for ever", Ends: Partly, Alone: true,
			Needs: protection.Priority, Limit: Late,
			Says: "answered DeadlineExceeded|" + tooLate},
		{Name: "eatsfiles", Wrong: "opens 5,000 files", Ends: Whole, Needs: protection.Resources, Says: couldNot},
		{Name: "eatsprocesses", Wrong: "starts all the children it can, up to 200", Ends: Whole, Alone: true,
			Needs: protection.Processes, Limit: Late, Says: couldNot},
		{Name: "fillsrun", Wrong: "writes 64 MB beside its socket", Ends: Whole, Needs: protection.Resources, Says: couldNot},
	}
}

func inItsReach() []Plugin {
	return []Plugin{
		{Name: "replaced", Wrong: "is another binary than the installed one", Ends: Refused, Says: "checksum differs"},
		{Name: "swapped", Wrong: "has its binary swapped between check and start", Ends: Whole},
		{Name: "writes", Wrong: "writes into the host's folders", Ends: Whole, Needs: protection.Files, Says: couldNot},
		{Name: "readskey", Wrong: "reads the key of the pseudonyms", Ends: Whole, Needs: protection.Files, Says: couldNot},
		{Name: "looksinside", Wrong: "reads the host's memory", Ends: Whole, Needs: protection.Files, Says: couldNot},
		{Name: "signals", Wrong: "tells the host to end", Ends: Whole, Needs: protection.Signals, Says: couldNot},
		{Name: "connects", Wrong: "connects out", Ends: Whole, Needs: protection.Network, Says: couldNot},
		{Name: "datagrams", Wrong: "sends datagrams out", Ends: Whole, Needs: protection.Network, Says: couldNot},
	}
}
