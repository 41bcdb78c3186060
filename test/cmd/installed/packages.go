package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// most is the maximum size of host and one plugin on an appliance, in bytes.
const most = 45_000_000

// onPackages checks the files before they are installed.
var onPackages = []step{
	{"lintian, as an ordinary user, reports nothing without a waiver", (*site).lint},
	{"rpmlint, as an ordinary user, reports nothing without a waiver", (*site).lintRPM},
	{"the rpm's payload unpacks into a folder, its documents are marked, nothing of Debian's is in it",
		(*site).payload},
	{"both formats name the oldest host, and recommend authorities", (*site).relations},
	{"rpm can verify the packages", (*site).verifyRPM},
	{"host and plugin take less than 45 MB", (*site).size},
	{"systemd-analyze accepts the units, and rates each service 2.0 or better", (*site).units},
	{"each package has a bill of materials and the licenses", (*site).bills},
}

// onOtherPackages compares them with packages that were built elsewhere.
var onOtherPackages = []step{{"packages built in another clone have the same bytes", (*site).reproduced}}

// found returns the files that match the pattern in a folder. There must be at least this many.
func found(dir, pattern string, least int) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	if err == nil && len(files) < least {
		err = fmt.Errorf("%s in %s: got %q want %d or more", pattern, dir, files, least)
	}
	return files, err
}

// only returns the one file that matches the pattern in a folder.
func only(dir, pattern string) (string, error) {
	files, err := found(dir, pattern, 1)
	if err != nil {
		return "", err
	}
	if len(files) > 1 {
		return "", fmt.Errorf("%s in %s: got %q want one", pattern, dir, files)
	}
	return files[0], nil
}

func (s *site) verifyRPM() error {
	rpms, err := found(s.now, "*.x86_64.rpm", 1)
	if err != nil {
		return err
	}
	for _, rpm := range rpms {
		if _, err := s.host("rpm", "--checksig", "--nosignature", rpm); err != nil {
			return err
		}
		files, err := s.host("rpm", "-qp", "--queryformat",
			"[%{FILENAMES} %{FILEUSERNAME}:%{FILEGROUPNAME} %{FILEMODES:perms}\n]", rpm)
		if err != nil {
			return err
		}
		for line := range strings.Lines(files) {
			if f := strings.Fields(line); len(f) == 3 && (f[1] != ownerOf(f[0]) || f[2][5] == 'w' || f[2][8] == 'w') {
				return fmt.Errorf("%s: %s", filepath.Base(rpm), line)
			}
		}
	}
	return nil
}

// ownerOf returns the owner of a file of the rpm.
func ownerOf(path string) string {
	switch path {
	case "/etc/usagedata":
		return "root:usagedata"
	case "/etc/usagedata-collect", "/etc/usagedata-collect/config.yaml":
		return "root:usagedata-collect"
	}
	return "root:root"
}

func (s *site) payload() error {
	rpms, err := found(s.now, "*.x86_64.rpm", 1)
	if err != nil {
		return err
	}
	for _, rpm := range rpms {
		names, err := s.host("/bin/sh", "-c", `rpm2cpio "$0" | cpio --quiet -t`, rpm)
		if err != nil {
			return err
		}
		for line := range strings.Lines(names) {
			if !strings.HasPrefix(line, "./") || strings.Contains(line, "lintian") ||
				strings.Contains(line, "Debian") ||
				strings.Contains(line, "vendor-completions") {
				return fmt.Errorf("%s holds %s", filepath.Base(rpm), line)
			}
		}
		marked, err := s.host("rpm", "-qp", "--queryformat", "[%{FILENAMES} %{FILEFLAGS:fflags}\n]", rpm)
		if err != nil {
			return err
		}
		if err := says(rpm, marked, "/LICENSE l\n", "/third-party-licences.txt.gz l\n",
			"/sbom.cdx.json d\n"); err != nil {
			return err
		}
	}
	return nil
}

func (s *site) relations() error {
	for pattern, want := range map[string][]string{
		"usagedata_*_amd64.deb":                         {"Recommends: usagedata-plugin, ca-certificates\n"},
		"usagedata-[0-9]*.x86_64.rpm":                   {"manual ca-certificates \n", "postun /usr/sbin/useradd \n"},
		"usagedata-plugin-" + s.product + "_*.deb":      {"Depends: usagedata (>= 0.2.0)\n"},
		"usagedata-plugin-" + s.product + "-[0-9]*.rpm": {"pre,post,preun,postun usagedata 0.2.0\n"},
	} {
		path, err := only(s.now, pattern)
		if err != nil {
			return err
		}
		query := []string{"dpkg-deb", "-f", path, "Depends", "Recommends"}
		if strings.HasSuffix(path, ".rpm") {
			query = []string{"rpm", "-qp", "--queryformat",
				"[%{REQUIREFLAGS:deptype} %{REQUIRENAME} %{REQUIREVERSION}\n]" +
					"[%{RECOMMENDFLAGS:deptype} %{RECOMMENDNAME} %{RECOMMENDVERSION}\n]", path}
		}
		output, err := s.host(query...)
		if err == nil {
			err = says(pattern, output, want...)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *site) reproduced() error {
	made, err := found(s.again, "usagedata*", 4)
	if err != nil {
		return err
	}
	var problems []error
	for _, path := range made {
		one, err := os.ReadFile(path)
		other, failed := os.ReadFile(filepath.Join(s.now, filepath.Base(path)))
		if err = errors.Join(err, failed); err == nil && sha256.Sum256(one) != sha256.Sum256(other) {
			err = fmt.Errorf("%s has other bytes", filepath.Base(path))
		}
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

// unpack extracts the new packages into a folder.
func (s *site) unpack() (string, error) {
	dir := filepath.Join(s.work, "unpacked")
	if err := os.RemoveAll(dir); err != nil {
		return "", err
	}
	for _, name := range []string{"usagedata_", "usagedata-plugin-" + s.product + "_", "usagedata-collect_"} {
		deb, err := only(s.now, name+"*_amd64.deb")
		if err != nil {
			return "", err
		}
		if _, err := s.host("dpkg-deb", "-x", deb, dir); err != nil {
			return "", err
		}
	}
	return dir, nil
}

func (s *site) size() error {
	dir, err := s.unpack()
	if err != nil {
		return err
	}
	var sum int64
	err = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && !strings.Contains(path, "usagedata-collect") {
			info, failed := d.Info()
			if failed != nil {
				return failed
			}
			sum += info.Size()
		}
		return err
	})
	if err == nil && sum >= most {
		err = fmt.Errorf("they take %d bytes, and must take less than %d", sum, most)
	}
	fmt.Fprintf(os.Stdout, "      %.1f MB are installed\n", float64(sum)/1e6)
	return err
}

var rating = regexp.MustCompile(`Overall exposure level for (\S+): ([0-9.]+)`)

// units checks the units without a running systemd.
func (s *site) units() error {
	dir, err := s.unpack()
	if err != nil {
		return err
	}
	at := filepath.Join(dir, "usr/lib/systemd/system")
	for _, service := range []string{"usagedata.service", "usagedata-once.service", "usagedata-admin.service",
		"usagedata-collect.service"} {
		output, err := s.host("systemd-analyze", "security", "--offline=true", "--no-pager", filepath.Join(at, service))
		if err != nil {
			return err
		}
		found := rating.FindStringSubmatch(output)
		if found == nil {
			return fmt.Errorf("%s: no rating in\n%s", service, output)
		}
		if got, err := strconv.ParseFloat(found[2], 64); err != nil || got > 2.0 {
			return fmt.Errorf("%s is rated %s", service, found[2])
		}
		fmt.Fprintf(os.Stdout, "      %s is rated %s\n", service, found[2])
	}
	return s.verifyUnits(dir)
}

// verifyUnits runs systemd-analyze verify on the units, in a root that holds the files they name.
// It warns of everything that systemd does not know. The exit status is ignored: the root lacks the
// units that these depend on.
func (s *site) verifyUnits(dir string) error {
	output, _ := s.host("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", "--root="+dir,
		"usagedata.service", "usagedata-once.service", "usagedata-once.timer", "usagedata-admin.service",
		"usagedata-admin.socket", "usagedata-collect.service")
	for line := range strings.Lines(output) {
		if strings.Contains(line, "usagedata") && !strings.Contains(line, "not executable") {
			return fmt.Errorf("systemd says\n%s", line)
		}
	}
	if strings.Contains(output, "Unknown") {
		return fmt.Errorf("systemd says\n%s", output)
	}
	return nil
}

func (s *site) bills() error {
	dir, err := s.unpack()
	if err != nil {
		return err
	}
	for _, name := range []string{"usagedata", "usagedata-plugin-" + s.product, "usagedata-collect"} {
		at := filepath.Join(dir, "usr/share/doc", name)
		bill, err := os.ReadFile(filepath.Join(at, "sbom.cdx.json"))
		if err != nil {
			return err
		}
		// the program of the host has go-plugin; both of an appliance have gRPC
		inBill, inTexts := []string{`"bomFormat": "CycloneDX"`, `"name": "std"`}, []string{"google.golang.org/grpc v"}
		switch name {
		case "usagedata-collect":
			inTexts = []string{"github.com/goccy/go-yaml v", "polycom.com/usagedata"}
		case "usagedata":
			inBill = append(inBill, `"pkg:golang/github.com/hashicorp/go-plugin@`, `"id": "MPL-2.0"`)
			inTexts = append(inTexts, "github.com/hashicorp/go-plugin v", "Mozilla Public License")
		}
		if err := says(name, string(bill), inBill...); err != nil {
			return err
		}
		texts, err := s.host("zcat", filepath.Join(at, "third-party-licences.txt.gz"))
		if err != nil {
			return err
		}
		if err := says(name, texts, inTexts...); err != nil {
			return err
		}
	}
	return nil
}
