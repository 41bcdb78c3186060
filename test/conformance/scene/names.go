package scene

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"slices"

	"polycom.com/usagedata/core/profile"
)

// The planted names. They do not occur by chance, and do not exist in a real network.
const (
	canaryHost     = "kranich-4711.muehlental.example"
	canaryDomain   = "muehlental.example"
	canaryUser     = "reiher.wiesengrund"
	canaryAddress  = "10.83.19.201"
	canaryLoopback = "127.83.19.201"
	canaryMAC      = "02:83:19:c9:4a:7e"
	canarySecret   = "zaunkoenig-9182-birkenhain"
	canaryWord     = "rohrdommel-moorsee"
)

// Called returns the kind of a planted name.
func Called(planted string) string {
	return map[string]string{
		canaryHost: "host name", "kranich-4711": "short host name", canaryDomain: "domain", canaryUser: "user",
		canaryAddress:  "address",
		canaryLoopback: "configured address", canaryMAC: "hardware address", canaryWord: "word",
	}[planted]
}

// IsPlantedSecret reports whether the text is the secret that is planted in the scene Unreachable.
func IsPlantedSecret(text string) bool { return text == canarySecret }

// homes maps the files in which a system keeps its own names to planted content.
var homes = map[string]string{
	"/etc/hostname":    canaryHost + "\n",
	"/etc/mailname":    canaryHost + "\n",
	"/etc/hosts":       "127.0.0.1 localhost\n" + canaryAddress + " " + canaryHost + " kranich-4711\n",
	"/etc/resolv.conf": "search " + canaryDomain + "\nnameserver " + canaryAddress + "\n",
	"/etc/passwd": "root:x:0:0:root:/root:/bin/sh\n" + canaryUser + ":x:1000:1000::/home/" +
		canaryUser + ":/bin/sh\n",
	"/proc/sys/kernel/hostname":       "kranich-4711\n",
	"/proc/sys/kernel/domainname":     canaryDomain + "\n",
	"/sys/class/net/eth0/address":     canaryMAC + "\n",
	"/sys/class/dmi/id/product_name":  canaryWord + "\n",
	"/sys/class/dmi/id/chassis_asset": canaryWord + "\n",
}

// plant puts names into the files where a system keeps its own, and into the environment.
func plant(s *stagedWorld) error {
	s.recording.Planted = []string{canaryHost, "kranich-4711", canaryDomain, canaryUser, canaryAddress,
		canaryMAC, canaryWord}
	s.env = []string{"HOSTNAME=" + canaryHost, "USER=" + canaryUser, "LOGNAME=" + canaryUser, "HOME=/home/" +
		canaryUser,
		"MAIL=" + canaryUser}
	err := s.copyRoot(func(path string, was []byte) ([]byte, bool) {
		if planted, home := homes[path]; home {
			return []byte(planted), true
		}
		return was, true
	})
	for path, text := range homes {
		to := filepath.Join(s.world().Root, path)
		if _, missing := os.Lstat(to); missing != nil {
			err = errors.Join(err, os.MkdirAll(filepath.Dir(to), 0o755), os.WriteFile(to, []byte(text), 0o644))
		}
	}
	return err
}

// sprinkle adds a line of names to every file.
func sprinkle(s *stagedWorld) error {
	s.recording.Planted = []string{canaryHost, "kranich-4711", canaryDomain, canaryUser, canaryAddress, canaryMAC,
		canaryWord}
	line := "\n" + canaryWord + " " + canaryHost + " " + canaryAddress + " " + canaryUser + " " + canaryMAC + "\n"
	return s.copyRoot(func(_ string, was []byte) ([]byte, bool) { return append(slices.Clone(was), line...), true })
}

// estrange points the plugin at places that do not exist, with names and secrets that must not be
// disclosed.
func estrange(s *stagedWorld) error {
	s.recording.Planted = []string{canaryLoopback, canaryWord, canaryUser}
	var problems []error
	s.visit(func(kind profile.SettingKind, value string) string {
		changed, err := s.strange(kind, value)
		problems = append(problems, err)
		return changed
	})
	return errors.Join(problems...)
}

func (s *stagedWorld) strange(kind profile.SettingKind, value string) (string, error) {
	switch kind {
	case profile.SettingURL:
		u, err := url.Parse(value)
		if err != nil {
			return "", errors.New("a configured URL is not valid")
		}
		u.Host, u.Path = canaryLoopback+":9443", "/"+canaryWord
		return u.String(), nil
	case profile.SettingAddress:
		return canaryLoopback + ":9161", nil
	case profile.SettingSecret:
		return s.place(value, nil, func(*stagedWorld, string, []byte) ([]byte, bool) {
			return []byte(canaryUser + ":" + canarySecret + "\n"), true
		})
	case profile.SettingText:
		return canaryWord, nil
	case profile.SettingPath, profile.SettingPaths:
		return "/" + canaryWord, nil
	}
	return value, nil
}
