package misbehave

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// reaches are for what is not theirs.
func reaches() map[string]life {
	return map[string]life{
		"replaced":    (&server{}).serve,
		"swapped":     (&server{}).serve,
		"writes":      attempting(writeEverywhere),
		"readskey":    attempting(func() bool { return canOpen(filepath.Join(appliance(), "state", "key"), os.O_RDONLY) }),
		"looksinside": attempting(func() bool { return canOpen(fmt.Sprintf("/proc/%d/mem", os.Getppid()), os.O_RDONLY) }),
		"signals":     attempting(signalHost),
		"connects":    attempting(func() bool { return reach("tcp", "target-tcp") }),
		"datagrams":   attempting(func() bool { return reach("udp", "target-udp") }),
	}
}

func signalHost() bool {
	err := syscall.Kill(os.Getppid(), syscall.SIGTERM)
	if err != nil {
		complain("could not signal", nil)
	}
	return err == nil
}

func writeEverywhere() bool {
	done := false
	for _, path := range []string{"state/decision.json.new", "log/filler", "products/" + name() + "/profile.yaml",
		"products/filler", "root/filler"} {
		done = canOpen(filepath.Join(appliance(), path), os.O_WRONLY|os.O_CREATE) || done
	}
	return done
}

func canOpen(path string, how int) bool {
	f, err := os.OpenFile(path, how, 0o600)
	if err != nil {
		complain("could not open", err)
		return false
	}
	f.Close()
	return true
}

// reach sends a greeting to the address in that file of the root. Whether it came through, the one who listens knows; a
// datagram that the kernel took counts as sent.
func reach(network, file string) bool {
	address, err := os.ReadFile(filepath.Join(appliance(), "root", file))
	if err != nil {
		complain("could not read", err)
		return false
	}
	conn, err := net.DialTimeout(network, string(address), time.Second)
	if err != nil {
		complain("could not connect", err)
		return false
	}
	defer conn.Close()
	_, err = conn.Write([]byte("hello"))
	return err == nil
}
