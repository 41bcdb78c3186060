package leak

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"polycom.com/usagedata/core/kind"
)

// BenchmarkGate measures what a cycle with so many names costs before the gate looks at anything, and what a look
// costs.
func BenchmarkGate(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 50_000} {
		values := crowd(n)
		b.Run(fmt.Sprint("build/", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				gateFor(values...)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/name")
		})
		g, lines := gateFor(values...), harmless(1000)
		b.Run(fmt.Sprint("find/", n), func(b *testing.B) {
			b.SetBytes(int64(len(strings.Join(lines, ""))))
			b.ReportAllocs()
			for b.Loop() {
				for _, line := range lines {
					if rule, found := g.Find(line, nil); found {
						b.Fatalf("got %q in %q", rule, line)
					}
				}
			}
		})
	}
}

// crowd are n values of several kinds.
func crowd(n int) []value {
	var all []value
	for i := range n / 4 {
		all = append(all, value{kind.Address, fmt.Sprintf("10.%d.%d.%d", 33+i/62500, i/250%250, i%250)},
			value{kind.MAC, fmt.Sprintf("00e0db%06x", i*977)},
			value{kind.Hostname, fmt.Sprintf("vienna-%d.clinic.example.org", i)},
			value{kind.User, fmt.Sprintf("jsmith%d", 10000+i)})
	}
	return all
}

// harmless are values of which nothing is in a crowd: versions, serial numbers, texts.
func harmless(n int) []string {
	var all []string
	for i := range n {
		all = append(all, []string{
			fmt.Sprintf("6.4.0.%d", i), fmt.Sprintf("8L2003534%05XAFC", i), fmt.Sprintf("name-%026d", i),
			fmt.Sprintf("conference service started, version 6.4.0.%d, status active, %d users", i%200, i%40),
		}[i%4])
	}
	return all
}

// BenchmarkTwiceAsMany makes the gate of a machine that has many of a thing, and of one that has
// twice as many, in turn.
func BenchmarkTwiceAsMany(b *testing.B) {
	for thing, machine := range map[string]func(testing.TB, int) machine{
		"users": inFile("passwd", "u%d:x:%[1]d:100:Anna%[1]d Weber%[1]d,Room %[1]d,+49561%07[1]d:/home/u:/bin/sh\n"),
		"hosts": inFile("hosts", "10.1.2.3 pbx-%d.kassel.example pbx-%[1]d\n"), "interfaces": linked,
	} {
		b.Run(thing, func(b *testing.B) {
			const many = 5000
			one, two := machine(b, many), machine(b, 2*many)
			var half, whole []time.Duration
			for b.Loop() {
				half = append(half, ready(b, one))
				whole = append(whole, ready(b, two))
			}
			slices.Sort(half)
			slices.Sort(whole)
			middle := len(half) / 2
			b.ReportMetric(float64(whole[middle])/float64(half[middle]), "x-doubled")
			b.ReportMetric(float64(whole[middle].Nanoseconds())/(2*many), "ns/each")
		})
	}
}

// ready is the processor time that it takes: other processes of the machine have no part in it.
func ready(b *testing.B, m machine) time.Duration {
	began := spent(b)
	if !gateOf(b, m).Ready() {
		b.Fatal("got a gate that knows nothing")
	}
	return spent(b) - began
}

func spent(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// inFile is a machine with so many lines in a file of /etc.
func inFile(name, line string) func(testing.TB, int) machine {
	return func(t testing.TB, many int) machine {
		var text strings.Builder
		for i := range many {
			fmt.Fprintf(&text, line, 1000+i)
		}
		files := map[string]string{"etc/hosts": "", "etc/passwd": ""}
		files["etc/"+name] = text.String()
		return machineOf(t, "acme-core-01", files)
	}
}

// linked is a machine with so many interfaces, each with a hardware address and two others.
func linked(t testing.TB, many int) machine {
	var links []net.Interface
	var addresses []net.Addr
	files := map[string]string{"etc/hosts": "", "etc/passwd": ""}
	for i := range many {
		mac := net.HardwareAddr{0, 0xe0, 0xdb, 9, byte(i >> 8), byte(i)}
		links = append(links, net.Interface{Index: i + 1, HardwareAddr: mac})
		addresses = append(addresses, &net.IPNet{IP: net.IPv4(10, 33, byte(i>>8), byte(i)), Mask: net.CIDRMask(24, 32)},
			&net.IPNet{IP: net.ParseIP(fmt.Sprintf("fd00::%x:1", i)), Mask: net.CIDRMask(64, 128)})
		files[fmt.Sprintf("sys/class/net/veth%d/address", i)] = mac.String() + "\n"
	}
	m := machineOf(t, "acme-core-01", files)
	m.interfaces = func() ([]net.Interface, error) { return links, nil }
	m.addresses = func() ([]net.Addr, error) { return addresses, nil }
	return m
}
