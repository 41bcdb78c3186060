package entrusted

import (
	"strconv"
	"strings"

	"polycom.com/usagedata/core/regular"
)

// The files of accounts, and the most that is read of each, in bytes.
const (
	passwdPath  = "/etc/passwd"
	groupPath   = "/etc/group"
	maxAccounts = 4 << 20
)

// isPrivateGroup reports whether a group has no member but this user. Many systems make such a
// group for each user, together with a umask that lets it write. isPrivateGroup
// returns false for root's group, and for accounts on a server, which it does not know.
func isPrivateGroup(uid, gid uint32) bool {
	if uid == 0 || gid == 0 {
		return false
	}
	users, err := regular.Read(passwdPath, maxAccounts)
	if err != nil {
		return false
	}
	groups, err := regular.Read(groupPath, maxAccounts)
	return err == nil && soleMember(uid, gid, string(users), string(groups))
}

// soleMember reports the same from the contents of passwd(5) and group(5).
func soleMember(uid, gid uint32, users, groups string) bool {
	user, group := strconv.FormatUint(uint64(uid), 10), strconv.FormatUint(uint64(gid), 10)
	names, found := map[string]bool{}, false
	for line := range strings.Lines(users) {
		f := strings.Split(strings.TrimSpace(line), ":")
		switch {
		// + refers to accounts on a server
		case strings.HasPrefix(line, "+"), len(f) > 3 && f[3] == group && f[2] != user:
			return false
		case len(f) > 3 && f[2] == user:
			names[f[0]] = true
		}
	}
	for line := range strings.Lines(groups) {
		f := strings.Split(strings.TrimSpace(line), ":")
		if strings.HasPrefix(line, "+") {
			return false
		}
		if len(f) != 4 || f[2] != group {
			continue
		}
		found = true
		for name := range strings.SplitSeq(f[3], ",") {
			if name != "" && !names[name] {
				return false
			}
		}
	}
	return found && len(names) > 0
}
