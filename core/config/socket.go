package config

import (
	"errors"
	"path/filepath"

	"polycom.com/usagedata/core/admin/socket"
	"polycom.com/usagedata/core/internal/yamlfile"
	"polycom.com/usagedata/core/usage"
)

// Admin is who may decide and see through the socket: whoever may open it, its owner and its group.
type Admin struct {
	// Default: admin.sock in folders.run. Its folder is one that the group may enter; made where it is missing.
	Socket string `yaml:"socket"`
	// The group that may open the socket, one that the service's user is a member of. Default: that user's own.
	Group string `yaml:"group"`
}

// settleSocket finds where the socket lies, and its group. What is wrong with the default place is found by who listens
// there: most commands do not.
func (s *Settings) settleSocket(file *yamlfile.File) (err error) {
	switch path := s.Admin.Socket; {
	case path == "":
		s.Admin.Socket = filepath.Join(s.Folders.Run, "admin.sock")
	case !filepath.IsAbs(path):
		err = file.Errorf("$.admin.socket", "an absolute path is wanted here")
	case socket.Fits(path) != nil:
		err = file.Errorf("$.admin.socket", "%w", socket.Fits(path))
	}
	group, unknown := socket.Group(s.Admin.Group)
	if unknown != nil {
		unknown = usage.WithHint(file.Errorf("$.admin.group", "%w", unknown), "`getent group` lists the groups")
	}
	s.Group = group
	return errors.Join(err, unknown)
}
