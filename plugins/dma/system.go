package main

import (
	"context"

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

// system reports the supercluster. Which clusters and servers take part is told apart by pseudonyms. Where the Platform
// API does not tell, the agent tells how many clusters there are, and in which state.
func (d *dma) system(ctx context.Context, _ sdk.Period) (systemConfiguration, error) {
	var read told[supercluster]
	var agent told[map[string]int64]
	together(ctx,
		func(ctx context.Context) { read = say(platformapi.Read[supercluster](ctx, d.api, superclusters)) },
		func(ctx context.Context) { agent = say(d.agentClusters(ctx)) },
	)
	s := systemConfiguration{Host: sysinfo.HostName(d.env)}
	var lacks lacking
	switch {
	case read.err == nil:
		s.addAll(read.value.Clusters)
	case agent.err == nil:
		s.count(agent.value)
	default:
		lacks.either("clusters", read.err, agent.err)
		lacks.either("clusters_by_status", read.err, agent.err)
	}
	lacks.add(read.err, "servers", "software_version", "members")
	return s, lacks.Err()
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

// add counts a cluster in. The version is that of all clusters; where they run different ones, only the members' own
// say so.
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
