package confine

import (
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"slices"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/protection"
)

// SystemPaths lists the paths of the operating system that any program may need to read: its states,
// name service, certificate authorities, time zones, and the configuration of common libraries. A
// file that exists and cannot be read is worse than a missing one: Node does not start without its
// openssl.cnf. None of them holds a secret: the neighboring folders with private keys are left out.
// The paths are those of several distributions; missing ones are skipped.
func SystemPaths() []string {
	return []string{
		"/proc", "/sys",
		"/dev/zero", "/dev/random", "/dev/urandom",
		"/etc/resolv.conf", "/etc/hosts", "/etc/hostname", "/etc/host.conf", "/etc/nsswitch.conf", "/etc/gai.conf",
		"/etc/services",
		"/etc/protocols", "/run/systemd/resolve",
		"/etc/localtime", "/etc/timezone", "/usr/share/zoneinfo", "/usr/lib/zoneinfo",
		"/etc/os-release", "/usr/lib/os-release", "/etc/lsb-release", "/etc/system-release", "/etc/redhat-release",
		"/etc/debian_version",
		"/etc/ssl/certs", "/etc/ssl/cert.pem", "/etc/ssl/ca-bundle.pem", "/etc/pki/tls/certs",
		"/etc/pki/tls/cacert.pem",
		"/etc/pki/tls/cert.pem",
		"/etc/pki/ca-trust/extracted", "/etc/ca-certificates", "/usr/share/ca-certificates",
		"/usr/local/share/ca-certificates",
		"/usr/share/pki", "/var/lib/ca-certificates",
		// OpenSSL of Debian and of programs that bring their own, of Red Hat, of SUSE, of Alpine, and as its
		// authors build it; and the files that these include.
		"/etc/ssl/openssl.cnf", "/usr/lib/ssl/openssl.cnf", "/etc/ssl/openssl.cnf.d", "/etc/ssl/fipsmodule.cnf",
		"/etc/pki/tls/openssl.cnf", "/etc/pki/tls/openssl.d", "/etc/pki/tls/fips_local.cnf",
		"/etc/crypto-policies/back-ends", "/usr/share/crypto-policies",
		"/etc/ssl/engines3.d", "/etc/ssl/engdef3.d", "/etc/ssl/engines1.1.d", "/etc/ssl/engdef1.1.d",
		"/etc/ssl1.1/openssl.cnf", "/usr/local/ssl/openssl.cnf", "/usr/local/ssl/fipsmodule.cnf",
		"/etc/gnutls/config", "/etc/mime.types",
	}
}

// libraries lists the paths that a dynamically linked program needs in addition.
func libraries() []string {
	return []string{"/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib",
		"/etc/ld.so.cache"}
}

// rules turns the plan into a set of rules.
func (p Plan) rules() (*ruleset, error) {
	r, err := newRuleset()
	if err != nil {
		return nil, err
	}
	if err := p.grants(r); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

func (p Plan) grants(r *ruleset) error {
	failed := []error{
		r.grantFD(int(p.Binary.Fd()), execute),
		r.grant(populate, p.Folder),
		r.grant(discard, "/dev/null"),
		p.grantLoader(r),
		r.grant(read, SystemPaths()...),
		r.grant(read, p.Read...),
		r.grant(listing, p.List...),
	}
	for _, port := range p.Ports {
		failed = append(failed, r.grantPort(port))
	}
	return errors.Join(failed...)
}

// Readable lists the files that the child may read, and the folders that it may read with their
// content or list. It is for a test that watches a plugin without a sandbox.
func (p Plan) Readable() []string {
	all := slices.Concat(SystemPaths(), p.Read, p.List, []string{p.Folder, p.Binary.Name(), os.DevNull})
	if loader, err := p.loader(); err == nil && loader != "" {
		all = append(append(all, loader), libraries()...)
	}
	return all
}

// grantLoader lets the kernel execute the loader that the binary names, if it names one. Such a
// plugin can load anything in the folders of libraries, so a statically linked plugin is confined
// better.
func (p Plan) grantLoader(r *ruleset) error {
	loader, err := p.loader()
	if err != nil || loader == "" {
		return err
	}
	return errors.Join(r.grant(execute, loader), r.grant(read, libraries()...))
}

// maxLoader bounds the loader's path.
const maxLoader = 4096

func (p Plan) loader() (string, error) {
	binary, err := elf.NewFile(p.Binary)
	if err != nil {
		return "", nil // the kernel will not execute it either
	}
	for _, part := range binary.Progs {
		if part.Type != elf.PT_INTERP || part.Filesz < 2 || part.Filesz > maxLoader {
			continue
		}
		path := make([]byte, part.Filesz-1) // without the terminating NUL
		if _, err := part.ReadAt(path, 0); err != nil {
			return "", fmt.Errorf("read the plugin's loader: %w", err)
		}
		return string(path), nil
	}
	return "", nil
}

// enforce puts the rules into force for this thread and the threads and processes that it starts.
func (r *ruleset) enforce(failed error) Report {
	if failed == nil {
		if _, _, no := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, uintptr(r.fd), 0, 0); no != 0 {
			failed = no
		}
	}
	if failed != nil {
		return Report{notEnforced(protection.Files, "Landlock", failed),
			notEnforced(protection.Network, "Landlock", failed),
			notEnforced(protection.Signals, "Landlock", failed)}
	}
	report := Report{enforced(protection.Files, fmt.Sprintf("Landlock version %d", r.version))}
	if r.version < withNetwork {
		report = append(report, notEnforced(protection.Network, "Landlock", errOldKernel))
	} else {
		report = append(report,
			enforced(protection.Network, "TCP to the configured ports only; UDP cannot be limited to ports"))
	}
	if !r.scoped {
		return append(report, notEnforced(protection.Signals, "Landlock", errOldKernel))
	}
	return append(report, enforced(protection.Signals, "only to its own processes"))
}

var errOldKernel = errors.New("the kernel is too old")
