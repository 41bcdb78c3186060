package platformapi

// Counts are the facts about a site, for comparison with a plugin. They are stated here, not
// counted from the answers as a plugin does.
type Counts struct {
	Devices, DevicesActive, DevicesInactive int
	DevicesByModel, DevicesByState          map[string]int
	Users, EnterpriseUsers, EnterpriseRooms int
	Groups, Rooms, ConferenceRooms          int
	Sites, Territories                      int
	Clusters, Servers                       int
	ClustersByStatus                        map[string]int
	MCUs                                    int
	MCUsByType                              map[string]int
	Gatekeepers, SIPPeers, SBCs             int
	MicrosoftPeers                          int
	DialRules, DialRulesEnabled             int
	DialRulesByAction                       map[string]int
	DialPlans, PreliminaryScripts           int
	Queues, QueuesWithOperator              int
	HuntGroups, HuntGroupsEnabled           int
	HuntGroupMembers                        int
	RegistrationPolicies                    int
	InboundEntries, OutboundEntries         int
	Conferences, Participants               int
	H323Calls, SIPCalls, WebRTCCalls        int
	CallLimit                               int
}

// Counts returns the facts about [Believable] and [ResourceManager]. If a site was changed, its
// facts are unknown.
func (s Site) Counts() Counts { return s.counts }

// endpoints returns the facts about the endpoints of both sites.
func endpoints() Counts {
	return Counts{
		Devices: 312, DevicesActive: 288, DevicesInactive: 8,
		DevicesByState: map[string]int{"ACTIVE": 288, "INACTIVE": 8, "NOT_REGISTERED": 4, "BLOCKED": 4,
			"QUARANTINED":          4,
			"QUARANTINED_INACTIVE": 4},
		DevicesByModel: map[string]int{
			"RealPresence Group 500": 45, "RealPresence Group 310": 44, "RealPresence Desktop for Windows": 45,
			"RealPresence Trio 8800": 45, "HDX 8000": 44, "VVX 600": 44, "RealPresence Debut": 44,
			"Eigenbau Klinikum Isarwinkel": 1,
		},
	}
}

func siteCounts() Counts {
	c := endpoints()
	c.Users, c.EnterpriseUsers, c.EnterpriseRooms, c.Groups, c.Rooms, c.ConferenceRooms = 148, 4180, 96, 11, 21, 38
	c.Sites, c.Territories, c.Gatekeepers, c.SIPPeers, c.MicrosoftPeers, c.SBCs = 27, 3, 2, 3, 1, 1
	c.Clusters, c.Servers, c.ClustersByStatus = 3, 5, map[string]int{"IN_SERVICE": 2, "BUSIED_OUT": 1}
	c.MCUs, c.MCUsByType = 4, map[string]int{"RMX_2000": 2, "RMX_1800": 1, "VIRTUAL_EDITION": 1}
	c.DialRules, c.DialRulesEnabled, c.DialPlans, c.PreliminaryScripts = 40, 35, 3, 8
	c.DialRulesByAction = map[string]int{
		"RESOLVE_REGISTERED_EP": 5, "RESOLVE_EXT_SIP_PEER": 5, "RESOLVE_IP": 5, "BLOCK": 5, "RESOLVE_SERVICE_PREFIX": 5,
		"RESOLVE_LYNC_ID": 5, "RESOLVE_LYNC_ID_AUTO_ATTENDANT": 5, "RESOLVE_BY_STAND_IN": 5,
	}
	c.Queues, c.QueuesWithOperator, c.HuntGroups, c.HuntGroupsEnabled, c.HuntGroupMembers = 6, 4, 12, 10, 36
	c.RegistrationPolicies, c.InboundEntries, c.OutboundEntries, c.Conferences, c.Participants = 2, 7, 5, 9, 60
	c.H323Calls, c.SIPCalls, c.WebRTCCalls, c.CallLimit = 20, 60, 5, 1000
	return c
}

func managedCounts() Counts {
	c := endpoints()
	c.Users, c.Groups, c.Rooms, c.Conferences, c.Participants = 1284, 23, 64, 6, 35
	return c
}
