// Package platformapi simulates the RealPresence Platform API of a conferencing appliance, for
// tests and the demo only. It implements the publicly known parts of that interface, fills the gaps
// with inventions, and is not claimed to be compatible with any real product.
//
// Resources are below /api/rest and are read with HTTP Basic over TLS. An answer is JSON with a
// Content-Type of application/vnd.plcm.<representation>[-vN]+json: the newest version that the
// release has and the Accept header names; if there is none, the status is 406. Answers have an
// ETag and honor If-None-Match. Errors are plcm-error objects {statusCode, description}, but an
// invalid page number is 400 in plain text.
//
// Lists answer a hundred items at a time to ?page=N, with plcmPage {totalSize, pageSize,
// currentPage}; after the last page the list is empty and currentPage is 0. The member that holds
// the list is the representation's name with the version before "List". In the newest release:
//
//	/conference-rooms                  plcmConferenceRoomList
//	/conferences                       plcmConferenceList
//	/conferences/usage/all             plcmConferenceManagerUsageList, one for each cluster
//	/device-authentication/inbound     plcmDeviceAuthenticationInboundList
//	/device-authentication/outbound    plcmDeviceAuthenticationOutboundList
//	/devices                           plcmDeviceV3List
//	/dial-plans                        plcmDialPlanList
//	/dial-plans/{id}/dial-rules        plcmDialRuleV2List
//	/ext-gatekeeper                    plcmExtGatekeeperList
//	/ext-sbc                           plcmExtSbcList
//	/ext-sip-peer                      plcmExtSipPeerV4List
//	/groups                            plcmGroupList
//	/hunt-groups                       plcmHuntGroupList
//	/mcus                              plcmMcuList
//	/registration-policies             plcmRegistrationPolicyV2List
//	/rooms                             plcmRoomList: accounts of rooms, not conference rooms
//	/site-topology/sites               plcmSiteList
//	/territories                       plcmTerritoryV3List
//	/users                             plcmUserList
//	/veqs                              plcmVeqList
//
// These are single objects:
//
//	/active-calls/statistics           activeCallStatistics[], one for each cluster
//	/config/enterprise-directory/status
//	/config/enterprise-directory-cache/status
//	/config/licenses/license-status    with plcmLicenseFeatureList, an object around an array
//	/device-authentication/inbound/sip-device-authentication-inbound
//	/dma-supercluster                  with plcmDmaClusterList[], each with plcmDmaServerList[]
//	/login-policy/password-config
//	/login-policy/whitelist-config
//	/security-settings                 with ciphers: names up to version 2, objects from version 3 on
//
// A Resource Manager has the lists of devices, groups, rooms and users only; see ResourceManager.
//
// In release 6.3 some resources are missing and some have older versions only; see resources.go.
// Its license status has version 1, without serial number and calls.
//
// Some parts are in no document and therefore invented: the members of /dma-supercluster and of
// ciphers, the name of the list of /conferences/usage/all, the member with the type of a SIP peer,
// the members that enable a rule or its script, the security settings for SNMP version, TLS
// versions and certificate verification, and the types of MCUs.
package platformapi
