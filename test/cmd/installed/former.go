package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Version 0.1.0 had the configuration as a file of the product's package, and both package managers
// treat it as theirs: dpkg removes it at a purge, rpm moves an edited one away at the upgrade.
var (
	onFormer = []step{{"dpkg: upgraded from 0.1.0 the configuration stays, also after a later purge of 0.1.0",
		(*site).former}}
	onFormerRPM = []step{{"rpm: upgraded from 0.1.0 the edited configuration stays", (*site).formerRPM}}
)

const (
	formerConfig = "product: PRODUCT\n"
	siteConfig   = "proxy:\n  url: http://proxy.example.com:3128\n"
	formerDeb    = `mkdir -p /former/DEBIAN /former/etc/usagedata && cd /former && printf 'product: PRODUCT\n' >etc/usagedata/config.yaml &&
echo /etc/usagedata/config.yaml >DEBIAN/conffiles && cat >DEBIAN/control <<'END' && dpkg-deb --build . /former.deb && dpkg --install /former.deb && rm -r /former /former.deb
Package: usagedata-plugin-PRODUCT
Version: 0.1.0-1
Architecture: amd64
Maintainer: nobody <nobody@example.com>
Provides: usagedata-plugin
Conflicts: usagedata-plugin
Replaces: usagedata-plugin
Description: A stand-in for the former package
END
`
	formerSpec = `Name: usagedata-plugin-PRODUCT
Version: 0.1.0
Release: 1
Summary: A stand-in for the former package
License: Apache-2.0
BuildArch: x86_64
%description
A stand-in.
%install
mkdir -p %{buildroot}/etc/usagedata
echo 'product: PRODUCT' >%{buildroot}/etc/usagedata/config.yaml
%files
%config(noreplace) /etc/usagedata/config.yaml
`
)

func (s *site) named(text string) string { return strings.ReplaceAll(text, "PRODUCT", s.product) }

func (s *site) former() error {
	if _, err := s.inside(s.named(formerDeb)); err != nil {
		return err
	}
	if err := s.write(config, s.named(formerConfig)+siteConfig); err != nil {
		return err
	}
	if err := s.dpkg(s.now, s.product); err != nil {
		return err
	}
	// dpkg does not remove the rest of the former file.
	if err := s.mustSay("cat "+config+"; dpkg-query --show --showformat='conffiles:${Conffiles}\n' usagedata-plugin-"+
		s.product+"; ls /etc/usagedata",
		s.named(formerConfig)+siteConfig+"conffiles:\nconfig.yaml\nway\n"); err != nil {
		return err
	}
	if err := s.instead(s.product, s.other, siteConfig); err != nil {
		return err
	}
	return s.mustSay("dpkg --purge usagedata-plugin-"+s.product+" && cat "+config, "\nproduct: "+s.other+"\n",
		siteConfig)
}

func (s *site) formerRPM() error {
	if err := s.bare(); err != nil {
		return err
	}
	spec, made := filepath.Join(s.work, "former.spec"), filepath.Join(s.work, "rpmbuild")
	if err := os.WriteFile(spec, []byte(s.named(formerSpec)), 0o644); err != nil {
		return err
	}
	if _, err := s.host("rpmbuild", "--quiet", "--define", "_topdir "+made, "-bb", spec); err != nil {
		return err
	}
	former, err := only(filepath.Join(made, "RPMS", "x86_64"), "usagedata-plugin-*.rpm")
	if err != nil {
		return err
	}
	if _, err := s.rpm("-i", former); err != nil {
		return err
	}
	if err := s.write(config, s.named(formerConfig)+siteConfig); err != nil {
		return err
	}
	out, err := s.installThem(s.now)
	if err != nil {
		return err
	}
	if is, err := s.read(config); err != nil || is != s.named(formerConfig)+siteConfig {
		return fmt.Errorf("got %q, %v\n%s", is, err, out)
	}
	return nil
}
