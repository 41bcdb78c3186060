package entrusted

import (
	"errors"
	"io/fs"
	"os/user"
	"strconv"
	"syscall"
)

// unknown is a number that no user has.
const unknown = ^uint32(0)

// OwnerOf returns the user and the group of a file. If the file system does not report them, it
// returns an error, and numbers that no user or group has.
func OwnerOf(info fs.FileInfo) (uid, gid uint32, err error) {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return stat.Uid, stat.Gid, nil
	}
	return unknown, unknown, errors.New("the file system reports no owner")
}

// Account returns the name of a user's account, or its number if this machine does not know the
// account: chown takes both. User 0 is always root, even if this machine has another name for it.
func Account(uid uint32) (name string, known bool) {
	if uid == 0 {
		return "root", true
	}
	number := strconv.FormatUint(uint64(uid), 10)
	if account, err := user.LookupId(number); err == nil {
		return account.Username, true
	}
	return number, false
}
