package clock

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The range over which the clock is compared with `date`. Zone files list their shifts until
// November 2037. After that, glibc gives a zone without rules New York's, which is no result to
// match.
var (
	comparedFrom = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	comparedTo   = time.Date(2037, 10, 1, 0, 0, 0, 0, time.UTC)
)

// environment returns a lookup of variables, like [os.LookupEnv].
func environment(variables map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, set := variables[name]
		return value, set
	}
}

// inTZ returns the [Clock] of a process with this value of TZ.
func inTZ(zone string) *Clock {
	return &Clock{setting: settingOf(environment(map[string]string{"TZ": zone}), localtime)}
}

// SEND-3, T1: for every value of TZ, the clock shows the time that `date` shows in the same
// environment. If a zone cannot be parsed, `date` shows UTC; here it is unknown.
func TestClockEqualsDate(t *testing.T) {
	understood := map[string]bool{}
	for _, zone := range append(named(t), generated(300)...) {
		understood[zone] = !strings.HasPrefix(zone, "right/") // zones under right/ count leap seconds
	}
	for zone, known := range odd {
		understood[zone] = known
	}
	if len(understood) < 800 {
		t.Fatalf("got %d settings, want the zone files and the generated ones", len(understood))
	}
	for zone, known := range understood {
		t.Run(strconv.Quote(zone), func(t *testing.T) {
			t.Parallel()
			c := inTZ(zone)
			if problem := c.Problem(); (problem == nil) != known {
				t.Fatalf("got problem %v, want the zone understood: %v", problem, known)
			}
			if known {
				sameAsDate(t, zone, c.Now().Location())
			}
		})
	}
}

// sameAsDate compares in steps of ten days, and at the seconds around each shift and each new year.
func sameAsDate(t *testing.T, zone string, location *time.Location) {
	t.Helper()
	var asked strings.Builder
	var instants []time.Time
	ask := func(i time.Time) {
		instants = append(instants, i)
		fmt.Fprintf(&asked, "@%d\n", i.Unix())
	}
	for i := comparedFrom.In(location); i.Before(comparedTo); {
		ask(i)
		step := i.Add(10*24*time.Hour + 37*time.Minute)
		turn := time.Date(i.UTC().Year()+1, 1, 1, 0, 0, 0, 0, time.UTC).In(location)
		_, shift := i.ZoneBounds()
		for _, next := range []time.Time{turn, shift} {
			if next.After(i) && next.Before(step) {
				step = next
				ask(next.Add(-time.Second))
			}
		}
		i = step
	}
	command := exec.Command("date", "-f", "-", "+%F %T")
	command.Env, command.Stdin = append(os.Environ(), "TZ="+zone), strings.NewReader(asked.String())
	shown, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range strings.Split(strings.TrimSpace(string(shown)), "\n") {
		if got := instants[n].Format(time.DateTime); got != want {
			t.Fatalf("%v: got %s, want %s as `date` shows it", instants[n].UTC(), got, want)
		}
	}
}

// named lists the zone files of this system.
func named(t *testing.T) (all []string) {
	t.Helper()
	err := filepath.WalkDir(zoneinfo, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.HasPrefix(string(text), "TZif") {
			all = append(all, strings.TrimPrefix(path, zoneinfo+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// generated returns POSIX time zones of all forms.
func generated(n int) (all []string) {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	clock := func(hours int) string {
		return pick("", "+", "-") + strconv.Itoa(r.IntN(hours+1)) +
			pick("", "", fmt.Sprintf(":%02d", r.IntN(60)), fmt.Sprintf(":%d:%02d", r.IntN(60), r.IntN(60)))
	}
	rule := func() string {
		return pick("J"+strconv.Itoa(1+r.IntN(365)), strconv.Itoa(r.IntN(366)), "J60", "59",
			fmt.Sprintf("M%d.%d.%d", 1+r.IntN(12), 1+r.IntN(5), r.IntN(7))) +
			pick("", "", "/"+clock(24), "/"+clock(167))
	}
	for range n {
		zone := pick("", "", ":") + pick("XYZ", "Abcdef", "<+0330>", "<X-1>") + clock(24)
		if r.IntN(4) > 0 {
			zone += pick("DST", "<-02>", "Summer") + pick("", clock(24))
			zone += pick("", ",", ","+rule(), ","+rule()+",", ","+rule()+","+rule(), ","+rule()+","+rule())
		}
		all = append(all, zone)
	}
	return all
}

// odd maps unusual settings to whether they can be parsed.
var odd = map[string]bool{
	"": true, ":": true, ":Asia/Kathmandu": true, "XYZ-0:37": true, "IST-5:30": true, ":IST-5:30": true,
	"<+0330>-3:30": true, "EST5EDT,M3.2.0,M11.1.0/2:30": true, "UTC0": true, "UTC+3": true, "GMT-5": true,
	"EST5EDT,0/0,J365/25": true, "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1": true, "IST-2IDT,M3.4.4/26,M10.5.0": true,
	"ABC-24:59:59": true, "ABC0:00:01": true, "ABC005": true, "LHST-10:30LHDT-11": true, "XYZ-0:37ABC,": true,
	"posix/Europe/Berlin": true, "posixrules": true, "localtime": true, localtime: true, ":" + localtime: true,
	zoneinfo + "/Asia/Kolkata": true, "../zoneinfo/Asia/Kolkata": true, "Asia/../Asia/Kolkata": true,
	"Asia//Kolkata": true, "Etc/GMT-5": true,

	"::Asia/Kolkata": false, "Nowhere/Town": false, "../../etc/passwd": false, "../../../../etc/passwd": false,
	"/etc/passwd": false, "/no/such/file": false, "/dev/zero": false, "/dev/null": false, "/proc/self/mem": false,
	"Europe": false, ".": false, "..": false, "/": false, "Asia/Kolkata/": false, "Asia/Kolkata ": false,
	" Asia/Kolkata": false, "asia/kolkata": false, "zone.tab": false, "tzdata.zi": false,
	"ABC": false, "IST": false, "CEST": false, "A5": false, "AB5": false, "<A>5": false, "<>5": false, "<ABC5": false,
	"A1C5": false, "5": false, "+5:30": false, "-05:30": false, "UTC+": false, "UTC 5": false, " IST-5:30": false,
	"IST-5:30 ": false, "IST -5:30": false, "IST-5:30\n": false, "IST--5:30": false, "IST-5.5": false,
	"IST-5:": false, "IST-5:60": false, "IST-0530": false, "IST-25": false, "IST-5:30:30:30": false, "IST-5:30!": false,
	"IST-5:30,M3.2.0,M11.1.0": false, "EST5EDT,,": false, "EST5EDT,M13.1.0,M11.1.0": false,
	"EST5EDT,M3.6.0,M11.1.0": false, "EST5EDT,M3.2.7,M11.1.0": false, "EST5EDT,J0,J100": false,
	"EST5EDT,366,100": false, "EST5EDT,M3.2.0/168,M11.1.0": false, "EST5EDT,M3.2.0/,M11.1.0": false,
	"EST5EDT,M3.2.0,M11.1.0,": false, "EST5EDT,M3.2.0,M11.1.0 ": false, "EST5EDT;M3.2.0;M11.1.0": false,
	"EST5EDT4M3.2.0,M11.1.0": false, "ＩＳＴ-5:30": false, "IST-٥:30": false, "\xff\xfe\xfd-5": false,
	strings.Repeat("A", 5000) + "-5": false, strings.Repeat("A", 99) + "-5": true,
	strings.Repeat("A", 100) + "-5": false, "<" + strings.Repeat("A", 99) + ">-5": true,
	"<" + strings.Repeat("A", 100) + ">-5": false,
}
