package leak

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"polycom.com/usagedata/core/regular"
)

// file is a file of the system that names this appliance, its people or its neighbors.
type file struct {
	path string // below the root; may be a pattern
	need need
	read func(l *learner, text string)
}

// need says whether a file must be readable.
type need int

const (
	// always: every system has the file, and every user may read it.
	always need = iota
	// ifThere: not every system has the file, but every user may read it.
	ifThere
	// ifReadable: the file may be missing, and on some systems only root may read it. If that were
	// an error, a hardened appliance could send nothing.
	ifReadable
)

// files are the sources of names, in addition to /etc/hosts, the interfaces and the firmware. Of
// the optional files, those of snmpd, sssd and NetworkManager hold passwords, so only root may read
// them; the others are readable by everyone unless an administrator has changed that.
var files = []file{
	{"etc/hostname", ifThere, (*learner).hostnames},
	{"etc/passwd", always, (*learner).people},
	{"proc/sys/kernel/domainname", ifThere, (*learner).nisDomain},
	{"etc/resolv.conf", ifThere, (*learner).resolver},
	// the name servers behind the stub's 127.0.0.53
	{"run/systemd/resolve/resolv.conf", ifReadable, (*learner).resolver},
	{"run/NetworkManager/resolv.conf", ifReadable, (*learner).resolver},
	{"etc/systemd/resolved.conf", ifReadable, (*learner).keyed},
	{"etc/systemd/resolved.conf.d/*.conf", ifReadable, (*learner).keyed},
	{"etc/systemd/network/*.network", ifReadable, (*learner).keyed},
	{"etc/NetworkManager/system-connections/*", ifReadable, (*learner).keyed},
	{"etc/sysconfig/network", ifReadable, (*learner).keyed},
	{"etc/sysconfig/network-scripts/ifcfg-*", ifReadable, (*learner).keyed},
	{"etc/network/interfaces", ifReadable, (*learner).interfaces},
	{"etc/ntp.conf", ifReadable, (*learner).timeServers},
	{"etc/ntpsec/ntp.conf", ifReadable, (*learner).timeServers},
	{"etc/chrony.conf", ifReadable, (*learner).timeServers},
	{"etc/chrony.d/*.conf", ifReadable, (*learner).timeServers},
	{"etc/chrony/chrony.conf", ifReadable, (*learner).timeServers},
	{"etc/chrony/conf.d/*.conf", ifReadable, (*learner).timeServers},
	{"etc/chrony/sources.d/*.sources", ifReadable, (*learner).timeServers},
	{"etc/systemd/timesyncd.conf", ifReadable, (*learner).keyed},
	{"etc/systemd/timesyncd.conf.d/*.conf", ifReadable, (*learner).keyed},
	{"etc/snmp/snmpd.conf", ifReadable, (*learner).snmpAgent},
	{"etc/snmp/snmpd.conf.d/*.conf", ifReadable, (*learner).snmpAgent},
	{"var/lib/snmp/snmpd.conf", ifReadable, (*learner).snmpAgent},
	{"var/lib/net-snmp/snmpd.conf", ifReadable, (*learner).snmpAgent},
	{"etc/mailname", ifReadable, (*learner).hostnames},
	{"etc/machine-info", ifReadable, (*learner).keyed},
	{"etc/krb5.conf", ifReadable, (*learner).kerberos},
	{"etc/krb5.conf.d/*", ifReadable, (*learner).kerberos},
	{"etc/samba/smb.conf", ifReadable, (*learner).keyed},
	{"etc/sssd/sssd.conf", ifReadable, (*learner).keyed},
	{"etc/sssd/conf.d/*.conf", ifReadable, (*learner).keyed},
	{"etc/machine-id", ifReadable, (*learner).machineID},
	{"proc/sys/kernel/random/boot_id", ifReadable, (*learner).machineID},
	{"sys/class/net/*/address", ifReadable, (*learner).hardware},
	// The hardware's own address, which the address of a bond hides.
	{"sys/class/net/*/bonding_slave/perm_hwaddr", ifReadable, (*learner).hardware},
}

const (
	maxFile    = 8 << 20 // bytes; 50,000 accounts are 4 MB
	maxMatches = 1 << 16 // files of one pattern: a machine with many containers has as many interfaces as it can
)

func (m machine) learn(f file) ([]source, error) {
	paths, err := m.matches(f)
	var all []source
	problems := []error{err}
	for _, path := range paths {
		text, err := m.read(path, f.need)
		problems = append(problems, err)
		if text != "" {
			all = append(all, func(l *learner) { f.read(l, text) })
		}
	}
	return all, errors.Join(problems...)
}

// matches returns the paths that a pattern with one star may mean. The part after the name with the
// star need not exist.
func (m machine) matches(f file) ([]string, error) {
	before, after, pattern := strings.Cut(f.path, "*")
	if !pattern {
		return []string{f.path}, nil
	}
	folder, begin := filepath.Split(before)
	end, rest, _ := strings.Cut(after, "/")
	entries, err := os.ReadDir(filepath.Join(m.root, folder))
	if err != nil {
		return nil, f.need.judge(err)
	}
	var paths []string
	for _, entry := range entries {
		name := entry.Name()
		if len(name) >= len(begin+end) && strings.HasPrefix(name, begin) && strings.HasSuffix(name, end) {
			paths = append(paths, filepath.Join(folder, name, rest))
		}
	}
	if len(paths) > maxMatches {
		return nil, &fs.PathError{Op: "list", Path: f.path, Err: errors.New("too many files")}
	}
	return paths, nil
}

// read returns the text of a file. It returns "" if the file may be missing and is.
func (m machine) read(path string, n need) (string, error) {
	raw, err := regular.Read(filepath.Join(m.root, path), maxFile)
	if err != nil {
		return "", n.judge(err)
	}
	return decoded(raw), nil
}

// judge returns nil for the errors that an optional file may have. A file that is too long or
// damaged is always an error: half of its names would pass.
func (n need) judge(err error) error {
	is := func(one error) bool { return errors.Is(err, one) }
	missing := errors.Is(err, fs.ErrNotExist)
	if n == ifThere && missing || n == ifReadable && (missing || slices.ContainsFunc(unreadable, is)) {
		return nil
	}
	return err
}

// unreadable are the errors of an optional file that is not for this service: it may not read it,
// it is not a file, or it belongs to a device that has just gone.
var unreadable = []error{fs.ErrPermission, regular.ErrNotRegular, syscall.ENOTDIR, syscall.ELOOP, syscall.ENODEV,
	syscall.EINVAL}
