package main

import (
	"context"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sysinfo"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

type systemConfiguration struct {
	Clusters         *int64           `usage:"clusters"`
	Servers          *int64           `usage:"servers"`
	ClustersByStatus map[string]int64 `usage:"clusters_by_status"`
	SoftwareVersion  string           `usage:"software_version"`
	Host             string           `usage:"host"`
	Members          []cluster        `usage:"members"`
}

type cluster struct {
	Name            string              `json:"clusterName" usage:"name"`
	Status          platformapi.Word    `json:"status" usage:"status"`
	SoftwareVersion string              `json:"softwareVersion" usage:"software_version"`
	Servers         *platformapi.Length `json:"plcmDmaServerList" usage:"servers"`
}

type supercluster struct {
	Clusters []cluster `json:"plcmDmaClusterList"`
}

// system reports the supercluster. Which clusters and servers take part is told apart by
// pseudonyms. Where the Platform API does not tell, the agent tells how many clusters there are,
// and in which state.
func (d *dma) system(ctx context.Context, _ sdk.Period) (systemConfiguration, error) {
	var read supercluster
	var agent map[string]int64
	var apiErr, agentErr error
	lacking := sdk.Together(ctx, func(ctx context.Context, lacking *sdk.Lacking) {
		read, apiErr = platformapi.Read[supercluster](ctx, d.api, superclusters)
		lacking.Add(apiErr, "servers", "software_version", "members")
	}, func(ctx context.Context, _ *sdk.Lacking) {
		agent, agentErr = d.agentClusters(ctx)
	})
	s := systemConfiguration{Host: sysinfo.HostName(d.env)}
	switch {
	case apiErr == nil:
		s.addAll(read.Clusters)
	case agentErr == nil:
		s.count(agent)
	default:
		lacking.Add(apiErr, "clusters", "clusters_by_status")
		lacking.Add(agentErr, "clusters", "clusters_by_status")
	}
	return s, lacking.Err()
}

// count takes the clusters by status for all that is known.
func (s *systemConfiguration) count(by map[string]int64) {
	s.ClustersByStatus = by
	for _, n := range by {
		s.Clusters = sum(s.Clusters, n)
	}
}

func (s *systemConfiguration) addAll(clusters []cluster) {
	n := int64(len(clusters))
	s.Clusters, s.ClustersByStatus, s.Members = &n, map[string]int64{}, clusters
	for _, c := range clusters {
		s.add(c)
	}
}

// add counts a cluster in. The version is that of all clusters; where they run different ones, only
// the members' own say so.
func (s *systemConfiguration) add(c cluster) {
	s.ClustersByStatus[c.Status.Key()]++
	if c.Servers != nil {
		s.Servers = sum(s.Servers, int64(*c.Servers))
	}
	s.SoftwareVersion = c.SoftwareVersion
	for _, member := range s.Members {
		if member.SoftwareVersion != c.SoftwareVersion {
			s.SoftwareVersion = ""
		}
	}
}

type securitySettings struct {
	accessSettings
	passwordRules
}

type accessSettings struct {
	Mode                      platformapi.Word   `json:"securityMode" usage:"mode"`
	ConsoleAccess             *bool              `json:"allowConsoleAccess" usage:"console_access"`
	SSHAccess                 *bool              `json:"allowSshAccess" usage:"ssh_access"`
	AccessWhitelist           *bool              `json:"accessWhitelistEnabled" usage:"access_whitelist"`
	SkipCertificateValidation *bool              `json:"skipCertificateValidation" usage:"skip_certificate_validation"`
	TLSVersions               []platformapi.Word `json:"tlsVersions" usage:"tls_versions"`
	SignalingCiphers          []string           `json:"signalingCiphers" usage:"signaling_ciphers"`
	ManagementCiphers         []string           `json:"managementCiphers" usage:"management_ciphers"`
	SNMPVersion               platformapi.Word   `json:"snmpVersion" usage:"snmp_version"`
}

type passwordRules struct {
	MinLength  *int64         `json:"minPasswordLength" usage:"password_min_length"`
	MaxAgeDays *int64         `json:"maxPasswordAge"`
	MaxAge     *time.Duration `json:"-" usage:"password_max_age"`
	History    *int64         `json:"passwordHistory" usage:"password_history"`
}

// security reads the security settings, and the rules for local users' passwords where the release
// has them.
func (d *dma) security(ctx context.Context, _ sdk.Period) (s securitySettings, err error) {
	lacking := sdk.Together(ctx, func(ctx context.Context, lacking *sdk.Lacking) {
		var err error
		s.accessSettings, err = platformapi.Read[accessSettings](ctx, d.api, securityConfig)
		lacking.Add(err, "mode", "console_access", "ssh_access", "access_whitelist", "skip_certificate_validation",
			"tls_versions", "signaling_ciphers", "management_ciphers", "snmp_version")
	}, func(ctx context.Context, lacking *sdk.Lacking) {
		var err error
		s.passwordRules, err = platformapi.Read[passwordRules](ctx, d.api, localPasswords)
		s.MaxAge = times(s.MaxAgeDays, 24*time.Hour)
		lacking.Add(err, "password_min_length", "password_max_age", "password_history")
	})
	return s, lacking.Err()
}
