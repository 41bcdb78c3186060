package leak

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/document"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// Values that products and sites have. Some names occur in versions by chance, and some versions
// begin like an address.
var (
	releases = strings.Fields("2.1.0J 2.1.1J 4.0.3 5.1 5.2 6.0.1J 10.0 3.8.0 3.9.2 5.0 6.2.3 v6.2.3 8.4.0 10.7 10.8 " +
		"4.2.2 7.0.x 7.5.0.J 8.3.0.J 8.4.2J 1.3.1 2.1.2" +
		" 14.8.6 V3.0.2 5.4.3AA 6.4.0.1780 10.0.0.1347 10.2.1.5-beta1 6.4.0-beta1 10.0.0.1300 RMX_8.7.4.338 " +
		"15.4-1.pgdg120+1 366027")
	clusters = strings.Fields("178 6.4 beta debian generic rc1 10 kvm el9 dma rprm video core primary cluster1 east " +
		"4.0.3 10.0 J pgdg120 x86 a b1 Wien Köln 東京 conference standard")
	hosts = strings.Fields("debian ubuntu kassel-dma01.nordwerk.example dma rprm01 mcu-1 a1 beta video.corp.example " +
		"srv-10-0-0-13 10 linux proxy10 el7.lab.example kvm-host4 release 8k31774250d1ea")
	features = strings.Fields("HD_H264 SVC ICR_500 Skype_Interop VMR TIP H264_SVC Advanced-Encryption NPLUS1 " +
		"CALLS_1000 LYNC_GW")
	people = strings.Fields("tom el jsmith hjoergensen rc aweber lnt")
)

// site is one random appliance, with its names and the values that it reports.
type site struct {
	*rand.Rand
	host, domain, person string
	address              [4]byte
}

func newSite(seed uint64) site {
	s := site{Rand: rand.New(rand.NewPCG(seed, 15))}
	s.host, s.person = one(s, hosts), one(s, people)
	s.domain = fmt.Sprintf("site%d.example.org", s.IntN(9000)+1000)
	s.address = [4]byte{10, byte(s.IntN(3)), byte(s.IntN(3)), byte(10 + s.IntN(10))}
	return s
}

func one(s site, of []string) string { return of[s.IntN(len(of))] }

func (s site) ip() string {
	return fmt.Sprintf("%d.%d.%d.%d", s.address[0], s.address[1], s.address[2], s.address[3])
}

// names writes the files from which the appliance's names are read, and returns the names.
func (s site) names(t *testing.T) anonymize.Names {
	t.Helper()
	root := t.TempDir()
	err := os.Mkdir(filepath.Join(root, "etc"), 0o755)
	for name, text := range map[string]string{
		"hostname":    s.host + "\n",
		"hosts":       "127.0.0.1 localhost\n" + s.ip() + " " + s.host + "\n",
		"resolv.conf": "search " + s.domain + "\nnameserver " + s.ip() + "\n",
		"passwd":      s.person + ":x:1000:1000::/home:/bin/bash\n",
	} {
		err = errors.Join(err, os.WriteFile(filepath.Join(root, "etc", name), []byte(text), 0o644))
	}
	names, learned := anonymize.Appliance(root)
	if err := errors.Join(err, learned); err != nil {
		t.Fatal(err)
	}
	return names
}

// says returns the appliance's value for a field of that kind.
func (s site) says(f profile.Field) any {
	switch f.Kind {
	case kind.Count:
		return s.Int64N(100_000)
	case kind.Measure, kind.Duration:
		return s.Int64N(1 << 34)
	case kind.Flag:
		return s.IntN(2) == 0
	case kind.Enum:
		return one(s, f.Values)
	case kind.Version:
		return one(s, releases)
	case kind.Time:
		return time.Unix(1_700_000_000+s.Int64N(1<<26), 0).UTC().Format(time.RFC3339)
	case kind.Date:
		return time.Unix(1_700_000_000+s.Int64N(1<<26), 0).UTC().Format(time.DateOnly)
	case kind.Serial:
		return fmt.Sprintf("8K%d%04dD%dEA", 1000+s.IntN(9000), s.IntN(10_000), s.IntN(10))
	case kind.License:
		return one(s, features)
	case kind.Hostname:
		return s.host
	case kind.Address:
		return s.ip()
	case kind.User:
		return s.person
	default:
		return one(s, clusters)
	}
}

func (s site) raw(f profile.Field) usage.Value {
	switch {
	case f.List > 0:
		single := f
		single.List = 0
		var list usage.List
		for range 1 + s.IntN(min(f.List, 4)) {
			list = append(list, s.raw(single))
		}
		return usage.Raw(list)
	case len(f.Fields) > 0:
		record := usage.Record{}
		for _, part := range f.Fields {
			record[part.Name] = s.raw(part)
		}
		return usage.Raw(record)
	case len(f.By) > 0:
		return usage.Raw(usage.Record{one(s, f.By): usage.Raw(s.says(f))})
	}
	return usage.Raw(s.says(f))
}

// ANON-1, P5: on 1,000 appliances with the profiles of all products, nothing is withheld by chance,
// and no identifier passes.
func TestNothingIsWithheldByChance(t *testing.T) {
	profiles, err := filepath.Glob("../../plugins/*/profile.yaml")
	if err != nil || len(profiles) == 0 {
		t.Fatalf("got profiles %v, %v", profiles, err)
	}
	var products []profile.Profile
	for _, path := range profiles {
		p, err := profile.Load(filepath.Dir(path))
		if err != nil {
			t.Fatal(err)
		}
		products = append(products, p)
	}
	for seed := range appliances {
		newSite(uint64(seed)).reports(t, products[seed%len(products)])
	}
}

func (s site) reports(t *testing.T, p profile.Profile) {
	t.Helper()
	var observed []usage.Observation
	for _, c := range p.Categories {
		for _, f := range c.Fields {
			observed = append(observed, usage.Observation{Category: c.Name, Field: usage.Raw(f.Name), Value: s.raw(f)})
		}
	}
	key := anonymize.EphemeralKey()
	treated := anonymize.Treat(key, p, s.names(t), observed)
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	period := usage.Period{Start: start, End: start.Add(time.Hour)}
	id := fmt.Sprintf("%s-%s-%s", p.ID, period, key.ID("document"))
	header := document.Header{ID: id, System: key.System(), Period: period, Profile: p, Host: "1.0.0", Plugin: "1.0.0"}
	body, report, err := document.New(header, treated.Facts, treated.Emptied, treated.Tally).Encode(treated.Gate)
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range report.Withheld {
		t.Errorf("%s of %s on host %s, at %s: withheld by chance: %s", found.Place(), p.ID, s.host, s.ip(), found.Rule)
	}
	for _, name := range []string{s.domain, s.ip() + `"`, "nordwerk", "kassel", "hjoergensen", "jsmith", "aweber",
		"rprm01", "8k31774250d1ea", "Wien", "Köln"} {
		if strings.Contains(strings.ToLower(string(body)), strings.ToLower(name)) {
			t.Errorf("%s on host %s: %q passes", p.ID, s.host, name)
		}
	}
}
