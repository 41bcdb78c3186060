package shelf

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/protection"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// inItsReach returns plugins that try to reach things that are not theirs.
func inItsReach() []Plugin {
	const onlyReads = "it only reads: what a plugin may read the host's confinement sees to"
	return []Plugin{
		unchecked("replaced", "is another binary than the installed one",
			"the trial replaces the binary: package product refuses it before it is started", (&server{}).serve).
			host(Refused, "checksum differs"),
		unchecked("swapped", "has its binary swapped between check and start",
			"the trial swaps the binary while the host starts it", (&server{}).serve).host(Whole, ""),
		breaks("writes", "writes into the host's folders", "readonly.files", attempting(writeEverywhere)).
			host(Whole, couldNot).needs(protection.Files),
		unchecked("readskey", "reads the key of the pseudonyms", onlyReads,
			attempting(func() bool { return canOpen(filepath.Join(appliance(), "state", "key"), os.O_RDONLY) })).
			host(Whole, couldNot).needs(protection.Files),
		unchecked("looksinside", "reads the host's memory", onlyReads,
			attempting(func() bool { return canOpen(fmt.Sprintf("/proc/%d/mem", os.Getppid()), os.O_RDONLY) })).
			host(Whole, couldNot).needs(protection.Files),
		breaks("signals", "tells the host to end", "readonly.signals", attempting(signalHost)).
			host(Whole, couldNot).needs(protection.Signals),
		breaks("connects", "connects out", "readonly.network",
			attemptingIn(func(root string) bool { return reach("tcp", filepath.Join(root, "target-tcp")) })).
			host(Whole, couldNot).needs(protection.Network),
		breaks("datagrams", "sends datagrams out", "readonly.network",
			attemptingIn(func(root string) bool { return reach("udp", filepath.Join(root, "target-udp")) })).
			host(Whole, couldNot).needs(protection.Network),
	}
}

// attempting returns a plugin that tries to do harm before it sends anything. If it succeeds, it
// exits with [harmed]; if it is refused, it goes on normally.
func attempting(harm func() (done bool)) life {
	return meanwhile(func() {
		if harm() {
			os.Exit(harmed)
		}
	})
}

// attemptingIn is [attempting] with the root that the plugin was given.
func attemptingIn(harm func(root string) (done bool)) life {
	return doing(func(o *opened, _ []*pluginpb.Category) {
		if harm(o.root) {
			os.Exit(harmed)
		}
	})
}

func signalHost() bool {
	err := syscall.Kill(os.Getppid(), syscall.SIGTERM)
	if err != nil {
		complain("signal", nil)
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
		complain("open", err)
		return false
	}
	f.Close()
	return true
}

// reach sends a greeting to the address in this file. Only the listener knows whether
// it arrived; a datagram counts as sent if the kernel accepted it.
func reach(network, file string) bool {
	address, err := os.ReadFile(file)
	if err != nil {
		complain("read", nil)
		return false
	}
	conn, err := net.DialTimeout(network, string(address), time.Second)
	if err != nil {
		complain("connect", nil)
		return false
	}
	defer conn.Close()
	_, err = conn.Write([]byte("hello"))
	return err == nil
}

// given returns everything that the process got from its host: its environment, and after a NUL the
// descriptors that it did not open itself, which would close on exec.
func given() string {
	var numbers []string
	for fd := range 256 {
		if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err == nil && flags&unix.FD_CLOEXEC == 0 {
			numbers = append(numbers, fmt.Sprint(fd))
		}
	}
	return strings.Join(os.Environ(), "\n") + "\x00" + strings.Join(numbers, " ")
}
