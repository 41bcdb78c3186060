package wire

import (
	"fmt"
	"os/exec"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	link = "wire" // the name of the interface at both ends
	mtu  = 1500
)

// addresses returns the addresses of the appliance and the point.
func (s scene) addresses() [2]string {
	if s.Six {
		return [2]string{"2001:db8::1", "2001:db8::2"}
	}
	return [2]string{"192.0.2.1", "192.0.2.2"}
}

// furnish sets up one end of the link: 0 is the appliance's.
func (s scene) furnish(end int) error {
	bits := "/30"
	if s.Six {
		bits = "/64"
	}
	commands := []string{
		fmt.Sprintf("ip link set dev %s mtu %d gso_max_segs 1", link, mtu),
		fmt.Sprintf("ip address add %s%s dev %s nodad", s.addresses()[end], bits, link),
		"ip link set dev " + link + " up",
		"nft add table inet losses",
		"nft add chain inet losses in { type filter hook input priority 0 ; }",
		fmt.Sprintf("nft add rule inet losses in meta l4proto { tcp, udp, icmp } numgen random mod 100 < %d drop",
			s.Loss),
	}
	if s.Loss == 0 {
		commands = commands[:5]
	}
	if s.Rate != "" {
		commands = append(commands, fmt.Sprintf("tc qdisc add dev %s root tbf rate %s burst 1600 limit 30000", link,
			s.Rate))
	}
	if end == 1 {
		commands = append(commands, s.atPoint()...)
	}
	for _, command := range commands {
		if err := run(command); err != nil {
			return err
		}
	}
	return plain()
}

func (s scene) atPoint() []string {
	var commands []string
	for _, rule := range s.Rules {
		commands = append(commands, "nft add rule inet losses in "+rule)
	}
	if s.First > 0 {
		commands = append(commands, fmt.Sprintf("ip route add %s dev %s initcwnd %d", s.addresses()[0], link, s.First))
	}
	return commands
}

// plain disables offloading, which would show longer packets than the link carries.
func plain() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	for _, what := range []uint32{unix.ETHTOOL_STSO, unix.ETHTOOL_SGSO, unix.ETHTOOL_SGRO} {
		value := struct{ command, data uint32 }{what, 0}
		request := struct {
			name [unix.IFNAMSIZ]byte
			data unsafe.Pointer
			_    [16]byte
		}{data: unsafe.Pointer(&value)}
		copy(request.name[:], link)
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.SIOCETHTOOL, uintptr(unsafe.Pointer(&request)))
		if errno != 0 {
			return fmt.Errorf("switch off offload %#x: %w", what, errno)
		}
	}
	return nil
}

func run(command string) error {
	words := strings.Fields(command)
	out, err := exec.Command(words[0], words[1:]...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", command, err, out)
	}
	return nil
}
