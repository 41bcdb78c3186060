package config

import (
	"errors"
	"path/filepath"

	"polycom.com/usagedata/core/admin/socket"
	"polycom.com/usagedata/core/internal/yamlfile"
	"polycom.com/usagedata/core/usage"
)

// settleSocket finds where the socket lies, and its group. What is wrong with the default place is found by who listens there: most commands do
// not.
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
