package main

import (
	"cmp"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

// writeMetrics replaces the figures for node_exporter, if the administrator wants them. A crash
// leaves either the former file or this one. If the file can't be written, the log says so, and the
// work goes on.
func (s *service) writeMetrics() {
	path := s.settings.Metrics
	if path == "" {
		return
	}
	now, err := s.status(s.clock.Now())
	if err == nil {
		err = durable.WriteFile(durable.OS{}, path, now.Metrics(), 0o644)
	}
	if err != nil {
		s.log.Error("write the figures for node_exporter", "error", err, "hint",
			cmp.Or(usage.HintOf(err), "`usagedata check` tries the folder; nothing else depends on it"))
	}
}
