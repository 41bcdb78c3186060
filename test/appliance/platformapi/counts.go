package platformapi

import (
	"fmt"
)

// Counts are the facts about a site that a plugin can be checked against.
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

// Counts counts what the site's answers hold in the newest release.
func (s Site) Counts() Counts {
	var c Counts
	s.countDevices(&c)
	s.countLists(&c)
	s.countDialing(&c)
	s.countClusters(&c)
	cache := s.object("/config/enterprise-directory-cache/status")
	c.EnterpriseUsers, c.EnterpriseRooms = number(cache, "totalUsers"), number(cache, "totalRooms")
	return c
}

func (s Site) countDevices(c *Counts) {
	devices := s.items("/devices")
	c.Devices = len(devices)
	c.DevicesByModel = by(devices, "deviceModel")
	c.DevicesByState = map[string]int{}
	for _, device := range devices {
		c.DevicesByState[state(device)]++
	}
	c.DevicesActive, c.DevicesInactive = c.DevicesByState["ACTIVE"], c.DevicesByState["INACTIVE"]
}

// state is that of whichever protocol the device has: here they have the same.
func state(device object) string {
	h323, _ := device["plcmH323Identity"].(object)
	sip, _ := device["plcmSipIdentityV2"].(object)
	for _, state := range []any{h323["h323RegistrationState"], sip["sipRegistrationState"]} {
		if word, ok := state.(string); ok {
			return word
		}
	}
	return ""
}

func (s Site) countLists(c *Counts) {
	c.Users = len(s.items("/users"))
	c.Groups = len(s.items("/groups"))
	c.Rooms, c.ConferenceRooms = len(s.items("/rooms")), len(s.items("/conference-rooms"))
	c.Sites = len(s.items("/site-topology/sites"))
	c.Territories = len(s.items("/territories"))
	c.MCUs = len(s.items("/mcus"))
	c.MCUsByType = by(s.items("/mcus"), "mcuType")
	c.Gatekeepers = len(s.items("/ext-gatekeeper"))
	c.SIPPeers = len(s.items("/ext-sip-peer"))
	c.MicrosoftPeers = by(s.items("/ext-sip-peer"), "type")["MICROSOFT"]
	c.SBCs = len(s.items("/ext-sbc"))
	c.RegistrationPolicies = len(s.items("/registration-policies"))
	c.InboundEntries = len(s.items("/device-authentication/inbound"))
	c.OutboundEntries = len(s.items("/device-authentication/outbound"))
	c.Conferences = len(s.items("/conferences"))
	c.Participants = sum(s.items("/conferences"), "participantCount")
}

func (s Site) countDialing(c *Counts) {
	rules, groups := s.rules(), s.items("/hunt-groups")
	c.DialRules, c.DialRulesEnabled = len(rules), having(rules, "enabled")
	c.DialRulesByAction = by(rules, "action")
	c.DialPlans, c.PreliminaryScripts = len(s.items("/dial-plans")), having(rules, "preliminaryEnabled")
	c.Queues = len(s.items("/veqs"))
	c.QueuesWithOperator = len(by(s.items("/veqs"), "operatorUri"))
	c.HuntGroups, c.HuntGroupsEnabled = len(groups), having(groups, "enabled")
	for _, group := range groups {
		members, _ := group["memberEndpoints"].([]any)
		c.HuntGroupMembers += len(members)
	}
}

// rules are those of all dial plans.
func (s Site) rules() (rules []object) {
	for _, plan := range s.items("/dial-plans") {
		rules = append(rules, s.items(rulesPath(fmt.Sprint(plan["dialPlanIdentifier"])))...)
	}
	return rules
}

func (s Site) countClusters(c *Counts) {
	members := objects(s.object("/dma-supercluster")["plcmDmaClusterList"])
	c.Clusters, c.ClustersByStatus = len(members), by(members, "status")
	for _, cluster := range members {
		c.Servers += len(objects(cluster["plcmDmaServerList"]))
	}
	calls := objects(s.object("/active-calls/statistics")["activeCallStatistics"])
	c.H323Calls, c.SIPCalls = sum(calls, "h323Calls"), sum(calls, "sipCalls")
	c.WebRTCCalls, c.CallLimit = sum(calls, "webrtcCalls"), sum(calls, "callLimit")
}

func (s Site) object(path string) object {
	answer, _ := s.answers[path].(object)
	return answer
}

func (s Site) items(path string) []object { return objects(s.answers[path]) }

func objects(value any) []object {
	values, _ := value.([]any)
	items := make([]object, 0, len(values))
	for _, value := range values {
		if item, ok := value.(object); ok {
			items = append(items, item)
		}
	}
	return items
}

// by counts the items by what a member says; items without the member are left out.
func by(items []object, member string) map[string]int {
	counts := map[string]int{}
	for _, item := range items {
		if value, ok := item[member]; ok {
			counts[fmt.Sprint(value)]++
		}
	}
	return counts
}

// having counts the items in which a member is true.
func having(items []object, member string) int {
	return by(items, member)["true"]
}

func sum(items []object, member string) int {
	total := 0
	for _, item := range items {
		total += number(item, member)
	}
	return total
}

func number(item object, member string) int {
	n, _ := item[member].(int)
	return n
}
