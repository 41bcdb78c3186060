package wire

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// scene is one hour. The zero value is a correct collection point, over IPv4.
type scene struct {
	Name   string
	Point  string   // behavior of the collection point; see playPoint
	Chain  int      // approximate bytes of its certificate's chain
	Rules  []string // of nft: packets dropped at its input
	First  int      // packets that it sends at once before it gets an answer; 0 is the default
	Rate   string   // of the link, as tc writes it; empty is unlimited
	Six    bool     // IPv6
	Loss   int      // percent of the packets, at the input of both ends
	Packed int      // bytes of each document, packed; 0 is the usual size
	Short  bool     // a try takes seconds, not a minute
	Least  int      // documents that must be accepted
}

// usual is the average size of a packed document.
const usual = 2700

func (s scene) String() string {
	family := "IPv4"
	if s.Six {
		family = "IPv6"
	}
	return fmt.Sprintf("%s, %s, %d %% lost", s.Name, family, s.Loss)
}

func (s scene) timeout() time.Duration {
	if s.Short {
		return 6 * time.Second
	}
	return time.Minute
}

// kinds are the hours that are played with each loss. Least is for hours without loss.
var kinds = []scene{
	{Name: "honest", Least: 19},
	{Name: "honest", Least: 17, Six: true},
	{Name: "documents of 8 KB", Packed: 8000, Least: 7},
	{Name: "the largest documents", Packed: 49_900},
	{Name: "slow link", Rate: "128kbit", Least: 18},
	{Name: "chain of 5 KB", Chain: 5_000, Least: 18},
	{Name: "chain of 60 KB", Chain: 60_000, Six: true},
	{Name: "chain of 120 KB", Chain: 120_000},
	{Name: "chain of 120 KB, slow link", Chain: 120_000, Rate: "512kbit"},
	{Name: "each byte a segment", Point: "tiny"},
	{Name: "each byte a segment, chain of 5 KB", Point: "tiny", Chain: 5_000, Six: true},
	{Name: "each byte a segment, chain of 10 KB, many at once", Point: "tiny", Chain: 10_000, First: 200},
	{Name: "each byte a segment, slow link", Point: "tiny", Chain: 10_000, Rate: "512kbit"},
	{Name: "answer byte by byte", Point: "dribble"},
	{Name: "answer without end", Point: "pour", Six: true},
	{Name: "stays open", Point: "stay"},
	{Name: "says nothing", Point: "stall", Short: true},
	{Name: "does not hear the end", Rules: []string{"tcp flags & fin == fin drop"}},
	{Name: "falls silent", Rules: []string{"tcp dport 8443 quota over 10 kbytes drop"}, Short: true},
	{Name: "no connection", Rules: []string{"tcp dport 8443 drop"}, Short: true},
	{Name: "no name server", Rules: []string{"udp dport 53 drop"}, Short: true},
	{Name: "no listener", Point: "absent", Six: true},
	{Name: "resets at once", Point: "reset:1"},
	{Name: "resets in the middle", Point: "reset:30000", Packed: 49_900},
}

func scenes() []scene {
	var all []scene
	for _, loss := range []int{0, 5, 15} {
		for _, s := range kinds {
			s.Loss = loss
			if loss > 0 {
				s.Least = min(s.Least, 1)
			}
			all = append(all, s)
			for n := 1; loss > 0 && n < *rounds; n++ {
				all = append(all, s)
			}
		}
	}
	return all
}

// roleVariable is the environment variable with this program's part, sceneVariable the one with the
// scene.
const (
	roleVariable  = "USAGEDATA_TEST_WIRE"
	sceneVariable = "USAGEDATA_TEST_WIRE_SCENE"
)

// play returns a command that runs a program in another part.
func play(program, role string, s scene) *exec.Cmd {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	c := exec.Command(program)
	c.Env = append(os.Environ(), roleVariable+"="+role, sceneVariable+"="+string(text))
	c.Stderr = os.Stderr
	return c
}

// executable returns the path of this program.
func executable() string {
	program, err := os.Executable()
	if err != nil {
		panic(err)
	}
	return program
}

// report writes a message to the parent process.
func report(what any) error { return json.NewEncoder(os.Stdout).Encode(what) }
