package config

import (
	"errors"
	"path/filepath"

	"polycom.com/usagedata/core/admin/socket"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/yamlfile"
)

// Admin configures the socket through which administrators look and decide. Its owner and its group
// may open it.
type Admin struct {
	// Default: admin.sock in folders.run. The group must be able to enter its folder, which is made
	// if it is missing.
	Socket string `yaml:"socket"`
	// The group that may open the socket. The service's user must be a member. Default: that user's
	// own group.
	Group string `yaml:"group"`
}

// resolveSocket determines the path of the socket, and its group. If the default path has a
// problem, the process that listens there reports it: most commands do not listen.
func (s *Settings) resolveSocket(file *yamlfile.File) (err error) {
	switch path := s.Admin.Socket; {
	case path == "":
		s.Admin.Socket = filepath.Join(s.Folders.Run, "admin.sock")
	case !filepath.IsAbs(path):
		err = file.Errorf("$.admin.socket", notAbsolute, "admin.socket")
	case socket.CheckPath(path) != nil:
		err = file.Errorf("$.admin.socket", "admin.socket: %w", socket.CheckPath(path))
	}
	group, unknown := socket.Group(s.Admin.Group)
	if unknown != nil {
		unknown = usage.WithHint(file.Errorf("$.admin.group", "admin.group: %s",
			yamlfile.Visible(unknown.Error())),
			"`getent group` lists the groups")
	}
	s.Group = group
	return errors.Join(err, unknown)
}
