package main

// objects are those of the SNMP agent that are read, below 1.3.6.1.4.1.13885.102.1.2: one request for all of them.
type objects struct {
	licenses
	Mode       *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.20.3.0"`
	Redundancy *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.16.1.0"`
	provisioning
	softwareUpdates
	topology
}

// licenses are counted by whom or what uses them. That the two objects of audio and of video endpoints are capability
// and usage as well is inferred from the first.
type licenses struct {
	Capability      *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.20.1.0" usage:"capability"`
	Usage           *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.20.2.0" usage:"usage"`
	AudioCapability *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.23.1.0" usage:"audio_endpoint_capability"`
	AudioUsage      *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.23.2.0" usage:"audio_endpoint_usage"`
	VideoCapability *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.24.1.0" usage:"video_endpoint_capability"`
	VideoUsage      *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.24.2.0" usage:"video_endpoint_usage"`
}

// provisioning is that of the last 60 minutes, by the agent's own clock.
type provisioning struct {
	Failed    *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.2.2.0" usage:"failed"`
	Succeeded *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.2.3.0" usage:"succeeded"`
}

type softwareUpdates struct {
	UpdatesFailed    *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.3.2.0" usage:"failed"`
	UpdatesSucceeded *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.3.3.0" usage:"succeeded"`
}

type topology struct {
	Sites     *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.14.3.0" usage:"sites"`
	SiteLinks *int64 `oid:"1.3.6.1.4.1.13885.102.1.2.14.5.0" usage:"site_links"`
}

// What numbers stand for; any other is none of the closed lists, and the host makes other of it.
var (
	modes    = map[int64]string{0: "user", 1: "device"}
	statuses = map[int64]string{1: "in_service", 2: "busied_out", 3: "out_of_service"}
)

func word(number *int64, of map[int64]string) string {
	if number == nil {
		return ""
	}
	if known, ok := of[*number]; ok {
		return known
	}
	return other
}
