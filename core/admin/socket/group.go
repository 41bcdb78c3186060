package socket

import (
	"fmt"
	"os/user"
	"strconv"
)

// Group looks up a group by its name or number. For an empty name it returns -1: the user's own
// group.
func Group(name string) (int, error) {
	if name == "" {
		return -1, nil
	}
	known, err := user.LookupGroup(name)
	if err != nil {
		known, err = user.LookupGroupId(name)
	}
	if err != nil {
		return -1, fmt.Errorf("group %s is not known to this system", name)
	}
	return strconv.Atoi(known.Gid)
}
