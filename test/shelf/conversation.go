package shelf

import "polycom.com/usagedata/core/protection"

// Good is the plugin that does nothing wrong: what it fails, the others need not be tried on.
const Good = "good"

func good() []Plugin {
	return []Plugin{{Name: Good, Wrong: "does nothing wrong", Ends: Whole, Quick: true}}
}

const (
	noHandshake = "did not shake hands"
	tooLate     = "took too long|DeadlineExceeded|deadline exceeded"
)

func beforeTheHandshake() []Plugin {
	return []Plugin{
		{Name: "chatters", Wrong: "prints before its handshake", Ends: Refused, Quick: true,
			Says: "it printed something else before its handshake"},
		{Name: "mute", Wrong: "never shakes hands", Ends: Refused, Limit: Late, Says: "took too long"},
		{Name: "halfline", Wrong: "prints half a handshake and waits", Ends: Refused, Limit: Late, Says: "took too long"},
		{Name: "exits", Wrong: "exits at once", Ends: Refused, Quick: true,
			Says: "the plugin ended before it shook hands: exit status 3"},
		{Name: "crashes", Wrong: "panics at once", Ends: Refused, Quick: true,
			Says: "the plugin ended before it shook hands: exit status 2"},
		{Name: "oldcore", Wrong: "shakes hands by another version of go-plugin's protocol", Ends: Refused, Quick: true,
			Says: "version 2 of go-plugin's protocol"},
		{Name: "futureapp", Wrong: "speaks only a later version of the plugin protocol", Ends: Refused, Quick: true,
			Says: "it speaks version 99 of the plugin protocol, this host version 1"},
		{Name: "netrpc", Wrong: "speaks net/rpc", Ends: Refused, Quick: true, Says: "it does not speak gRPC"},
		{Name: "elsewhere", Wrong: "listens on TCP", Ends: Refused, Quick: true,
			Says: "it listens elsewhere than it was told|the plugin ended|" + noHandshake},
		{Name: "otherfolder", Wrong: "listens in another folder than its own", Ends: Refused, Needs: protection.Files,
			Says: "it listens elsewhere than it was told|the plugin ended|" + noHandshake},
		{Name: "deaf", Wrong: "listens and never accepts", Ends: Refused, Limit: Late, Says: tooLate},
		{Name: "deafinside", Wrong: "accepts and never answers", Ends: Refused, Limit: Late, Says: tooLate},
		{Name: "plaintext", Wrong: "speaks without TLS", Ends: Refused, Quick: true, Says: "it shows no certificate"},
		{Name: "othercertificate", Wrong: "shows one certificate and uses another", Ends: Refused, Limit: Late,
			Says: "Unavailable|" + tooLate},
		{Name: "stopsearly", Wrong: "is stopped by SIGSTOP before its handshake", Ends: Refused, Limit: Late,
			Says: "took too long"},
		{Name: "floodsout", Wrong: "floods standard output without a newline, before its handshake",
			Ends: Refused, Alone: true,
			Says: "it printed something else before its handshake"},
	}
}

func inItsCalls() []Plugin {
	return []Plugin{
		{Name: "panicsopen", Wrong: "panics when the SDK opens it", Ends: Refused, Quick: true,
			Says: "answered FailedPrecondition"},
		{Name: "panicscollector", Wrong: "panics in a collector of the SDK", Ends: Partly, Quick: true,
			Says: "missing   second"},
		{Name: "latecollector", Wrong: "has a collector of the SDK that ignores cancellation", Ends: Partly, Limit: Late,
			Says: "missing   second"},
		{Name: "panicsdescribe", Wrong: "panics in Describe", Ends: Refused, Quick: true,
			Says: "describe plugin panicsdescribe: the plugin ended: exit status 2"},
		{Name: "panicscollect", Wrong: "panics in Collect", Ends: Partly, Quick: true,
			Says: "collect plugin panicscollect: the plugin ended: exit status 2"},
		{Name: "exitsdescribe", Wrong: "exits in Describe", Ends: Refused, Quick: true,
			Says: "describe plugin exitsdescribe: the plugin ended: exit status 5"},
		{Name: "exitsmidstream", Wrong: "exits in mid-stream", Ends: Partly, Quick: true,
			Says: "the plugin ended: exit status 7"},
		{Name: "killed", Wrong: "is killed in mid-stream", Ends: Partly, Says: "the plugin ended: signal: killed"},
		{Name: "hangsdescribe", Wrong: "hangs in Describe", Ends: Refused, Limit: Late,
			Says: "describe plugin hangsdescribe: "},
		{Name: "hangscollect", Wrong: "hangs in Collect", Ends: Partly, Limit: Late,
			Says: "answered DeadlineExceeded|" + tooLate},
		{Name: "hangsstop", Wrong: "hangs when it is asked to stop", Ends: Whole, Says: "did not stop when it was asked"},
		{Name: "ignorescancel", Wrong: "goes on sending when the call is cancelled, and ignores SIGTERM",
			Ends: Partly, Limit: Late,
			Says: "answered DeadlineExceeded|" + tooLate},
		{Name: "stopped", Wrong: "is stopped by SIGSTOP in Collect", Ends: Partly, Limit: Late,
			Says: "answered DeadlineExceeded|" + tooLate},
		{Name: "failsdescribe", Wrong: "answers Describe with an error full of names", Ends: Refused, Quick: true,
			Says: "the plugin answered Unknown"},
		{Name: "failscollect", Wrong: "ends Collect with an error full of names", Ends: Partly, Quick: true,
			Says: "the plugin answered Unknown"},
		{Name: "emptydescribe", Wrong: "describes nothing at all", Ends: Refused, Quick: true,
			Says: "it is the plugin of another product"},
		{Name: "otherproduct", Wrong: "describes another product", Ends: Refused, Quick: true,
			Says: "it is the plugin of another product"},
	}
}

func inItsStream() []Plugin {
	return []Plugin{
		{Name: "twice", Wrong: "sends a category twice", Ends: Partly, Quick: true, Says: "it sent a category twice"},
		{Name: "unknown", Wrong: "sends a category that the profile does not have", Ends: Partly, Quick: true,
			Says: "it sent a category that the profile does not have"},
		{Name: "disorder", Wrong: "sends the end first", Ends: Refused, Quick: true,
			Says: "its end counts other categories than it sent"},
		{Name: "goeson", Wrong: "sends a category after the end", Ends: Partly, Quick: true,
			Says: "it went on after the end"},
		{Name: "twoends", Wrong: "sends two ends", Ends: Whole, Quick: true, Says: "it went on after the end"},
		{Name: "miscounts", Wrong: "counts other categories than it sent", Ends: Partly, Quick: true,
			Says: "its end counts other categories than it sent"},
		{Name: "torn", Wrong: "ends its stream without an end", Ends: Partly, Quick: true,
			Says: "its stream ended without an end"},
		{Name: "emptystep", Wrong: "sends a step that holds nothing", Ends: Partly, Quick: true,
			Says: "it sent an empty step"},
		{Name: "fewer", Wrong: "leaves a category out and says nothing of it", Ends: Partly, Quick: true,
			Says: "missing   second"},
	}
}
