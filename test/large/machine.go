package large

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// machine holds the numbers of things that a machine has in addition to its usual ones.
type machine struct {
	Interfaces int // each with a hardware address, one of IPv4 and one of IPv6; an even number
	Mounts     int
	Processes  int
	Users      int // with full names, rooms and phones
	Zombies    int
	Threads    int // of one process
	Hosts      int // lines of /etc/hosts
	Groups     int
	Routes     int
	Sockets    int // of TCP, in the kernel's table
	Cores      int // files with the names of core files
}

// tree is the folder of the machine's files: a file system in memory, so that nothing is left on
// the disk.
const tree = "/mnt"

// furnish creates the machine in the namespaces of this process, except for its sockets.
func (m machine) furnish() error {
	if err := ownMounts(); err != nil {
		return err
	}
	return errors.Join(m.links(), m.files(), m.mounts(), m.cores(), m.processes())
}

// ownMounts mounts the file systems of the namespaces: their processes, their interfaces, and an
// empty tree.
func ownMounts() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	for path, kind := range map[string]string{"/proc": "proc", "/sys": "sysfs", tree: "tmpfs"} {
		if err := unix.Mount(kind, path, kind, 0, ""); err != nil {
			return fmt.Errorf("mount %s: %w", path, err)
		}
	}
	return os.Setenv("TMPDIR", tree)
}

// links creates pairs of virtual interfaces.
func (m machine) links() error {
	batch := []string{"link set lo up"}
	for i := range m.Interfaces / 2 {
		batch = append(batch, fmt.Sprintf("link add a%d type veth peer name b%d", i, i))
		for end, name := range []string{"a", "b"} {
			batch = append(batch,
				fmt.Sprintf("address add 10.%d.%d.%d/30 dev %s%d", 64+i>>14, i>>6&255, i&63<<2+1+end, name, i),
				fmt.Sprintf("address add fd00:1:%x::%d/64 dev %s%d nodad", i, 1+end, name, i))
		}
	}
	for i := range m.Routes {
		batch = append(batch, fmt.Sprintf("route add 198.%d.%d.%d/32 dev lo", 18+i>>16, i>>8&255, i&255))
	}
	ip := exec.Command("ip", "-batch", "-")
	ip.Env = append(os.Environ(), "PATH="+os.Getenv("PATH")+":/usr/sbin:/sbin")
	ip.Stdin = strings.NewReader(strings.Join(batch, "\n"))
	if out, err := ip.CombinedOutput(); err != nil {
		return fmt.Errorf("make interfaces: %w: %.300s", err, out)
	}
	return nil
}

// files mounts longer files over those of /etc.
func (m machine) files() error {
	return errors.Join(
		longer("/etc/passwd", m.Users, func(i int) string {
			return fmt.Sprintf("%s%d:x:%d:100:%s %s%d,Room %d,+49561%07d:/home/u%d:/bin/bash", family(i), i, 10_000+i,
				given(i), family(i), i, i, i, i)
		}),
		longer("/etc/group", m.Groups, func(i int) string {
			return fmt.Sprintf("team%d:x:%d:%s%d,%s%d", i, 10_000+i, family(i), i, family(i+1), i+1)
		}),
		longer("/etc/hosts", m.Hosts, func(i int) string {
			return fmt.Sprintf("10.%d.%d.%d %s-%d.site%d.nordwerk.example %s-%d", 128+i>>16, i>>8&255, i&255, family(i),
				i,
				i%500, family(i), i)
		}),
	)
}

func longer(path string, lines int, line func(int) string) error {
	before, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var text strings.Builder
	text.Write(before)
	for i := range lines {
		fmt.Fprintln(&text, line(i))
	}
	file := filepath.Join(tree, filepath.Base(path))
	if err := os.WriteFile(file, []byte(text.String()), 0o644); err != nil {
		return err
	}
	return unix.Mount(file, path, "", unix.MS_BIND, "")
}

// Names of people are composed of syllables: no list of names is long enough.
var syllables = strings.Fields("an be co da el fi gu ha in jo ka li mo nu ol pe qui ro sa to ul ve wi xa yo za")

func family(i int) string {
	n := len(syllables)
	return syllables[i%n] + syllables[i/n%n] + syllables[i/n/n%n] + "mann"
}

func given(i int) string { return "Gi" + syllables[i%len(syllables)] + syllables[i/7%len(syllables)] }

// mounts creates file systems in memory, and bind mounts.
func (m machine) mounts() error {
	for i := range m.Mounts {
		at := filepath.Join(tree, "mounts", fmt.Sprint(i))
		err := os.MkdirAll(at, 0o755)
		if err == nil && i%2 == 0 {
			err = unix.Mount("tmpfs", at, "tmpfs", 0, "size=4k")
		} else if err == nil {
			err = unix.Mount("/usr/share", at, "", unix.MS_BIND, "")
		}
		if err != nil {
			return fmt.Errorf("mount %d: %w", i, err)
		}
	}
	return nil
}

const coreFolder = tree + "/cores"

func (m machine) cores() error {
	if err := os.Mkdir(coreFolder, 0o755); err != nil {
		return err
	}
	for i := range m.Cores {
		if err := os.WriteFile(fmt.Sprintf("%s/core.McuMngr.%d", coreFolder, i), nil, 0o644); err != nil {
			return err
		}
	}
	return nil
}
