package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sysinfo"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

type systemConfiguration struct {
	Clusters         int64            `usage:"clusters"`
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

// system reports the supercluster. Which clusters and servers take part is told apart by pseudonyms.
func (d *dma) system(ctx context.Context, _ sdk.Period) (systemConfiguration, error) {
	type supercluster struct {
		Clusters []cluster `json:"plcmDmaClusterList"`
	}
	read, err := platformapi.Read[supercluster](ctx, d.api, superclusters)
	if err != nil {
		return systemConfiguration{}, err
	}
	s := systemConfiguration{
		Clusters:         int64(len(read.Clusters)),
		ClustersByStatus: map[string]int64{},
		Host:             sysinfo.HostName(d.env),
		Members:          read.Clusters,
	}
	for _, c := range read.Clusters {
		s.add(c)
	}
	return s, nil
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
