// Package wire counts the bytes of an appliance's hour on the wire, as an observer there sees them:
// the appliance and the collection point have a network namespace each, and a link between them. A
// socket at the point's end captures each packet before anything is lost; losses happen after it,
// at the input of both ends. Nothing is sent anywhere else.
package wire

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

const (
	limit  = 100_000 // an hour stays below this many bytes (SEND-4)
	backup = 32      // documents that wait
)

var rounds = flag.Int("rounds", 1, "how often each hour with losses is played; make wire plays more")

// TestMain plays the part for which a test has started this program again.
func TestMain(m *testing.M) {
	role := os.Getenv(roleVariable)
	if role == "" {
		os.Exit(m.Run())
	}
	if err := take(role); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", role, err)
		os.Exit(1)
	}
}

func take(role string) error {
	var s scene
	if err := json.Unmarshal([]byte(os.Getenv(sceneVariable)), &s); err != nil {
		return err
	}
	if err := os.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin:/sbin"); err != nil {
		return err
	}
	if role == "point" {
		return playPoint(s)
	}
	o, err := playAppliance(s)
	if err != nil {
		return err
	}
	return report(o)
}

// SEND-4, T2: if 32 documents wait, fewer than 100,000 bytes of IP cross the wire in the hour,
// however the collection point and the network behave. If nothing is lost, the gate's own count
// covers every packet, too.
func TestBytesOnTheWireInAnHour(t *testing.T) {
	largest := int64(0)
	for _, p := range playAll(t) {
		t.Run(p.scene.String(), func(t *testing.T) {
			o := p.outcome(t)
			total := o.Seen.In + o.Seen.Out
			largest = max(largest, total)
			t.Logf("%d documents; %d bytes seen, %d in and %d out; the gate counts %d in and %d out; ended by: %s",
				o.Sent, total, o.Seen.In, o.Seen.Out, o.In, o.Out, o.Last)
			t.Logf("%d packets, %d segments again", o.Seen.Packets, o.Seen.Again)
			if total >= limit {
				t.Errorf("got %d bytes, want fewer than %d", total, limit)
			}
			if counted := o.In + o.Out; o.Spent != counted || p.scene.Loss == 0 && counted < total {
				t.Errorf("the gate counts %d bytes, the budget %d, want the same, and at least %d", counted, o.Spent,
					total)
			}
			if o.Seen.Longest > mtu || o.Seen.Missed > 0 || o.Seen.Packets == 0 {
				t.Errorf("the counter does not count as it should: %+v", o.Seen)
			}
			if least := p.scene.leastDelivered(o.Seen.Again); o.Sent < least {
				t.Errorf("got %d documents accepted, want %d and more", o.Sent, least)
			}
		})
	}
	t.Logf("largest hour: %d bytes", largest)
}

// player plays a scene in namespaces of its own.
type player struct {
	scene scene
	done  chan struct{}
	out   []byte
	err   error
}

// build returns the path of this program, built without the race detector. With it, the two
// processes of each hour need almost three times the CPU time, which also delays segments. The tests
// of the packages that they use, and of test/e2e, run the same code with the race detector.
func build(t *testing.T) string {
	t.Helper()
	if !raced {
		return executable()
	}
	program := filepath.Join(t.TempDir(), "wire")
	c := exec.Command("go", "test", "-c", "-vet=off", "-ldflags=-w", "-o", program, ".")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return program
}

// playAll plays many scenes at the same time, because they mostly wait for the network.
func playAll(t *testing.T) []*player {
	t.Helper()
	var all []*player
	program := build(t)
	busy := make(chan struct{}, 16)
	for _, s := range scenes() {
		p := &player{scene: s, done: make(chan struct{})}
		all = append(all, p)
		go func() {
			defer close(p.done)
			busy <- struct{}{}
			defer func() { <-busy }()
			p.out, p.err = separate(play(program, "appliance", s)).Output()
		}()
	}
	t.Cleanup(func() {
		for _, p := range all {
			<-p.done
		}
	})
	return all
}

// leastDelivered returns how many documents must fit into this hour. On a machine that is busy with
// other tests, segments wait until they are sent again. Then the gate reserves as for a lossy
// network, and fewer documents fit: one less for two such segments, but always at least half.
func (s scene) leastDelivered(again int) int { return max((s.Least+1)/2, s.Least-(again+1)/2) }

func TestLeastDelivered(t *testing.T) {
	for again, want := range []int{10, 9, 9, 8, 8, 7, 7, 6, 6, 5, 5, 5, 5} {
		if got := (scene{Least: 10}).leastDelivered(again); got != want {
			t.Errorf("%d segments again: got %d documents, want %d", again, got, want)
		}
	}
}

func (p *player) outcome(t *testing.T) (o outcome) {
	t.Helper()
	<-p.done
	if p.err != nil {
		t.Fatal(p.err)
	}
	if err := json.Unmarshal(p.out, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// separate gives a command its own network and mount namespaces. An ordinary user is root inside.
func separate(c *exec.Cmd) *exec.Cmd {
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNET | unix.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	if os.Geteuid() != 0 {
		c.SysProcAttr.Cloneflags |= unix.CLONE_NEWUSER
		c.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}}
		c.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}}
	}
	return c
}
