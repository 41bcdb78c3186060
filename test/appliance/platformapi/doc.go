// Package platformapi stands in for the RealPresence Platform API of a conferencing appliance, for tests and
// the demo only. It is written from what is publicly known of that interface, fills the gaps with inventions
// of its own, and is not claimed to be compatible with any real product.
//
// Resources live under /api/rest and are read with HTTP Basic over TLS. An answer is JSON with a Content-Type
// of application/vnd.plcm.<representation>[-vN]+json: the newest version that the release has and the Accept
// header names; if there is none, 406. Answers carry an ETag and honour If-None-Match. Errors are plcm-error
// objects {statusCode, description}, but a page number that is none is 400 in plain text.
//
// Lists answer a hundred at a time to ?page=N beside plcmPage {totalSize, pageSize, currentPage}; behind the
// last page the list is empty and currentPage is 0. The member that holds the list is the representation's
// name with the version before "List". In the newest release:
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
//	/rooms                             plcmRoomList, which are accounts of rooms and no conference rooms
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
// In release 6.3 some resources are missing and some have older versions only; see resources.go. Its license status is
// that of version 1, which has neither serial number nor calls.
//
// Invented, because no document has it: the members of /dma-supercluster and of ciphers, the name of the list of
// /conferences/usage/all, which member of a SIP peer has its type, whether a rule or its script is enabled, which SNMP
// version, TLS versions and verification of certificates the security settings have, and what types of MCU there are.
package platformapi
