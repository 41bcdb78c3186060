package main

import (
	"cmp"
	"context"
	"maps"
	"slices"

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
	FromSNMP         []string         `usage:"from_snmp"`
}

type cluster struct {
	Name            string              `json:"clusterName" usage:"name"`
	Status          platformapi.Word    `json:"status" usage:"status"`
	SoftwareVersion string              `json:"softwareVersion" usage:"software_version"`
	Servers         *platformapi.Length `json:"plcmDmaServerList" usage:"servers"`
}

type supercluster struct {
	Clusters []cluster `json:"plcmDmaClusterList" usage:"members"`
}

// system reports the supercluster. Clusters and servers are distinguished by pseudonyms. If the
// Platform API does not report the number and states of the clusters, the agent's are used.
func (d *dma) system(ctx context.Context, _ sdk.Period) (systemConfiguration, error) {
	var read supercluster
	var lacks platformapi.Missing
	var agent map[string]int64
	var agentErr error
	missing := sdk.Parallel(ctx, func(ctx context.Context, _ *sdk.Missing) {
		read, lacks = platformapi.Fields[supercluster](ctx, d.api, superclusters)
	}, func(ctx context.Context, _ *sdk.Missing) {
		agent, agentErr = d.agentClusters(ctx)
	})
	s := systemConfiguration{Host: sysinfo.HostName(d.env)}
	apiErr := lacks["members"]
	missing.Add(apiErr, "members")
	if read.Clusters != nil {
		s.addClusters(read.Clusters, missing)
	} else {
		missing.Add(apiErr, "servers", "software_version")
	}
	s.chooseClusterCounts(choice{missing, &s.FromSNMP}, apiErr, agent, agentErr)
	return s, missing.Err()
}

// chooseClusterCounts uses the agent's number of clusters, and its clusters by status, if the
// Platform API does not report them.
func (s *systemConfiguration) chooseClusterCounts(from choice, apiErr error, agent map[string]int64, agentErr error) {
	number := reading[*int64]{agent: true, err: agentErr}
	if agent != nil {
		number = sumOf(slices.Collect(maps.Values(agent)), nil, true, func(n int64) *int64 { return &n })
	}
	s.Clusters = first(from, "clusters", reading[*int64]{value: s.Clusters, err: apiErr}, number)
	if s.ClustersByStatus == nil && agent != nil {
		s.ClustersByStatus = agent
		from.note("clusters_by_status", true)
	}
	if s.ClustersByStatus == nil {
		from.missing.Add(cmp.Or(apiErr, sdk.NotAvailable(sdk.NotOnRelease)), "clusters_by_status")
		from.missing.Add(agentErr, "clusters_by_status")
	}
}

// addClusters counts the clusters. If no cluster reports its state, the states are not known.
func (s *systemConfiguration) addClusters(clusters []cluster, missing *sdk.Missing) {
	n := int64(len(clusters))
	s.Clusters, s.Members = &n, clusters
	var states tally
	for _, c := range clusters {
		states.add(c.Status)
	}
	s.ClustersByStatus, _ = states.counts() // the reason is added if the agent does not have them either
	servers := total(clusters, func(c cluster) *int64 { return (*int64)(c.Servers) })
	s.Servers = servers.value
	missing.Add(servers.err, "servers")
	var err error
	s.SoftwareVersion, err = commonVersion(clusters)
	missing.Add(err, "software_version")
}

// commonVersion returns the version that all clusters have. If they differ, there is no version of
// the whole; each member has its own.
func commonVersion(clusters []cluster) (version string, err error) {
	var known int64
	for _, c := range clusters {
		switch {
		case c.SoftwareVersion == "":
			continue
		case known > 0 && c.SoftwareVersion != version:
			return "", sdk.NotApplicable()
		}
		version = c.SoftwareVersion
		known++
	}
	if known == 0 {
		return "", sdk.NotAvailable(sdk.NotOnRelease)
	}
	if err = incomplete(known, int64(len(clusters))); err != nil {
		return "", err
	}
	return version, nil
}
