package profile

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const good = `format: usagedata-profile/1
id: acme
name: Acme One
version: 3
collection_point: {host: collect.example.com, port: 8443}
blackout: {before: 5m, after: 5m}
limits: {document: 100000, hour: 100000, spool: 1000000, collect: 60s, collector: 20s}
setting: {page: Admin > Licences, label: Automatically send usage data}
first_asked: eula
analytics: /var/log/usagedata/analytics.json
announced:
- {id: acme2, name: Acme Two}
sources:
- name: api
  doc: the product's own interface
  settings:
  - {name: url, kind: url, doc: where it listens, required: true}
categories:
- name: counts
  doc: how many there are
  fields:
  - {name: users, kind: count, doc: users, why: to size releases}
  - name: mcus_by_type
    kind: count
    by: [small, large]
    doc: units by type
    why: to know which to test
- name: license_information
  doc: licence
  fields:
  - name: features
    doc: licensed features
    why: to know what is bought
    list: 64
    fields:
    - {name: name, kind: license, doc: its name}
    - {name: until, kind: license, doc: its end}
`

func TestGoodProfile(t *testing.T) {
	p, err := Parse([]byte(good))
	if err != nil {
		t.Fatal(err)
	}
	c, ok := p.Find("license_information")
	if !ok {
		t.Fatal("license_information is not found")
	}
	f, ok := c.Field("features")
	if !ok || f.List != 64 || len(f.Fields) != 2 {
		t.Errorf("features: got %+v", f)
	}
	if _, ok := f.Field("until"); !ok {
		t.Error("until is not found")
	}
	if _, ok := p.Find("users"); ok {
		t.Error("users is found as a category")
	}
}

// PLUG-2: one line declares a source that the SDK reads, with all of its settings. The doc can be the
// profile's own.
func TestAnInterfaceGivesTheSettings(t *testing.T) {
	p, err := Parse([]byte(strings.Replace(good, "sources:\n",
		"sources:\n- {name: agent, interface: snmp}\n- {name: recorder, interface: https, doc: its own}\n", 1)))
	if err != nil {
		t.Fatal(err)
	}
	agent, _ := p.Source("agent")
	if address, ok := agent.Setting("address"); !ok || !address.Required || address.Kind != SettingAddress ||
		!strings.Contains(agent.Doc, "SNMP") {
		t.Errorf("got %+v, want the settings and the doc of an SNMP agent", agent)
	}
	recorder, _ := p.Source("recorder")
	if ca, ok := recorder.Setting("ca"); !ok || ca.Kind != SettingCA || recorder.Doc != "its own" {
		t.Errorf("got %+v, want the settings of an API and its own doc", recorder)
	}
}

// Each mistake is reported with its line.
func TestMistakesInAProfile(t *testing.T) {
	for _, tt := range []struct{ name, from, to, want string }{
		{"other format", "usagedata-profile/1", "usagedata-profile/9",
			`profile.yaml:1: format must be usagedata-profile/1, not "usagedata-profile/9"`},
		{"bad id", "id: acme\n", "id: Acme One\n", "profile.yaml:2: id must be"},
		{"no version", "version: 3", "version: 0", "profile.yaml:4: version must be"},
		{"plain host", "host: collect.example.com", "host: 'https://x/'",
			"profile.yaml:5: collection_point.host must be a host name"},
		{"no port", "port: 8443", "port: 0", "profile.yaml:5: collection_point.port must be"},
		{"no blackout", "blackout: {before: 5m, after: 5m}\n", "", "profile.yaml:1: blackout needs before and after"},
		{"half a blackout", ", after: 5m}", "}", "profile.yaml:6: blackout needs before and after"},
		{"blackout all hour", "before: 5m", "before: 55m", "profile.yaml:6: blackout.before and blackout.after must"},
		{"document over 100 KB", "document: 100000", "document: 100001", "profile.yaml:7: limits.document must be"},
		{"hour over 100 KB", "hour: 100000", "hour: 200000", "profile.yaml:7: limits.hour must be"},
		{"endless collect", "collect: 60s", "collect: 60m", "profile.yaml:7: limits.collect must be"},
		{"short age", "collect: 60s", "collect: 60s, age: 23h", "profile.yaml:7: limits.age must be"},
		{"endless age", "collect: 60s", "collect: 60s, age: 8785h", "profile.yaml:7: limits.age must be"},
		{"first asked", "first_asked: eula", "first_asked: never", "profile.yaml:9: first_asked must be"},
		{"relative path", "analytics: /var", "analytics: var", "profile.yaml:10: analytics must be"},
		{"announces itself", "{id: acme2", "{id: acme", "profile.yaml:12: announced[0].id must be"},
		{"setting kind", "kind: url", "kind: password",
			`profile.yaml:17: setting url: unknown kind "password"; the kinds are url, address, file`},
		{"source twice", "sources:\n", "sources:\n- {name: api, doc: the same}\n", "source api is listed twice"},
		{"unknown interface", "sources:\n", "sources:\n- {name: db, interface: mysql, doc: rows}\n",
			`profile.yaml:14: source db: unknown interface "mysql"; the interfaces are https, postgresql, snmp`},
		{"interface and settings", "  settings:\n", "  interface: https\n  settings:\n",
			"profile.yaml:18: source api has interface and settings"},
		{"number for a time", "before: 5m", "before: 5",
			"profile.yaml:6: blackout.before must be a time such as 90s, 5m or 2h, not a whole number"},
		{"word for a time", "before: 5m", "before: soon",
			"profile.yaml:6: blackout.before must be a time such as 90s, 5m or 2h"},
		{"unknown key", "version: 3", "versoin: 3", `profile.yaml:4: unknown key "versoin"`},
		{"unknown kind", "{name: users, kind: count", "{name: users, kind: number",
			`profile.yaml:22: field users: unknown kind "number"`},
		{"no why", ", why: to size releases", "", "profile.yaml:22: field users needs a why"},
		{"no doc", "doc: users, ", "", "profile.yaml:22: field users needs a doc"},
		{"name of a field", "{name: users", "{name: 'Users 1'", "profile.yaml:22: a field's name must be"},
		{"twice", "mcus_by_type", "users", "profile.yaml:23: field users is listed twice"},
		{"measure without unit", "{name: users, kind: count", "{name: users, kind: measure",
			"field users: a measure needs a unit"},
		{"open enum", "{name: users, kind: count", "{name: users, kind: enum", "field users: an enum needs values"},
		{"text without reason", "{name: users, kind: count", "{name: users, kind: text",
			"field users: a text needs a reason"},
		{"keys of names", "kind: count\n    by", "kind: hostname\n    by",
			"field mcus_by_type: only a count or a measure that is not a list has by"},
		{"key that is no word", "[small, large]", "['a\\nb']", "is not allowed in a closed list"},
		{"long list", "list: 64", "list: 5000", "field features: a list has at most 256 entries"},
		{"record with kind", "    list: 64\n", "    list: 64\n    kind: name\n", "field features is a record"},
		{"a counter's name", "categories:\n", "counters:\n- {name: corp.example.com, doc: x}\ncategories:\n",
			"profile.yaml:19: a counter's name must be lower-case words joined by _"},
		{"a long name of a counter", "categories:\n",
			"counters:\n- {name: " + strings.Repeat("a", 49) + ", doc: x}\ncategories:\n",
			"profile.yaml:19: a counter's name must be lower-case words joined by _"},
		{"counter twice", "categories:\n", "counters:\n- {name: a, doc: x}\n- {name: a, doc: x}\ncategories:\n",
			"profile.yaml:20: counter a is listed twice"},
		{"a counter without a doc", "categories:\n", "counters:\n- {name: a}\ncategories:\n",
			"profile.yaml:19: counter a needs a doc"},
		{"a counter of no category", "categories:\n", "counters:\n- {name: a, doc: x, category: gone}\ncategories:\n",
			"profile.yaml:19: counter a: there is no category \"gone\""},
		{"many counters", "categories:\n", "counters:\n" + manyCounters() + "categories:\n",
			"profile.yaml:19: counters has more than 64 entries"},
		{"category twice", "name: license_information", "name: counts", "category counts is listed twice"},
		{"doc of two lines", "doc: users, ", "doc: \"users\\nof all\", ", "profile.yaml:22: doc must be one line"},
		{"why with a pipe", "why: to size releases", "why: 'to size | plan'", "profile.yaml:22: why must be one line"},
		{"hidden sign", "doc: how many there are", "doc: \"how many\\u202e there are\"",
			"profile.yaml:20: doc must be one line"},
		{"endless doc", "doc: how many there are", "doc: " + strings.Repeat("many ", 80) + "of them",
			"profile.yaml:20: doc is longer than 300"},
		{"escape in the name", "name: Acme One", "name: \"Acme\\e[2J\"", "profile.yaml:3: name must be one line"},
		{"setting of two lines", "page: Admin > Licences", "page: \"Admin\\nLicences\"",
			"profile.yaml:8: page must be one line"},
		{"serial elsewhere", "{name: users, kind: count", "{name: users, kind: serial",
			"profile.yaml:22: field users: kind serial outside license_information needs clear"},
		{"license in a record elsewhere", "name: license_information", "name: licences",
			"profile.yaml:37: field until: kind license outside license_information needs clear"},
		{"clear for what is kept anyway", "{name: users,", "{name: users, clear: to tell, ",
			"profile.yaml:22: field users: only a serial or license"},
		{"clear for a name", "{name: users, kind: count", "{name: users, kind: name, clear: to tell",
			"profile.yaml:22: field users: only a serial or license"},
		{"clear where it goes without saying", "doc: its end}", "doc: its end, clear: to tell}",
			"profile.yaml:37: field until: only a serial or license"},
		{"word twice", "[small, large]", "[small, small]",
			`profile.yaml:23: field mcus_by_type: "small" is listed twice`},
		{"address as a word", "[small, large]", "[small, 10.33.7.21]",
			`profile.yaml:23: field mcus_by_type: "10.33.7.21" looks like an address`},
		{"domain as a word", "[small, large]", "[small, vienna.example.com]",
			`profile.yaml:23: field mcus_by_type: "vienna.example.com" looks like a domain name`},
		{"MAC as a word", "[small, large]", "[small, 00e0.db4c.2a10]",
			`profile.yaml:23: field mcus_by_type: "00e0.db4c.2a10" looks like a hardware address`},
		{"reserved word", "{name: users,", "{name: applicable,", "field applicable: this name is reserved"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(good, tt.from, tt.to, 1)
			if text == good {
				t.Fatal("the mistake was not planted")
			}
			_, err := Parse([]byte(text))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got  %v\nwant …%s…", err, tt.want)
			}
		})
	}
}

// ANON-2: the profile keeps the reason why a field is sent in clear, for reviewers.
func TestClearIsKept(t *testing.T) {
	text := strings.Replace(good, "{name: users, kind: count",
		"{name: users, kind: serial, clear: it is on the label", 1)
	p, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	c, _ := p.Find("counts")
	if f, _ := c.Field("users"); f.Clear != "it is on the label" || !f.InClear() {
		t.Errorf("got %+v", f)
	}
}

// The key age is newer than the format: a profile without it gets the default.
func TestAge(t *testing.T) {
	for text, want := range map[string]time.Duration{
		good: 720 * time.Hour,
		strings.Replace(good, "collect: 60s", "collect: 60s, age: 48h", 1): 48 * time.Hour,
	} {
		if p, err := Parse([]byte(text)); err != nil || p.Limits.Age != want {
			t.Errorf("got age %v, %v want %v", p.Limits.Age, err, want)
		}
	}
}

func TestAllMistakesAreReportedAtOnce(t *testing.T) {
	text := strings.NewReplacer("version: 3", "version: 0", "port: 8443", "port: 0").Replace(good)
	_, err := Parse([]byte(text))
	if err == nil || strings.Count(err.Error(), "profile.yaml:") != 2 {
		t.Errorf("got %v want two problems", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := Parse(text)
		if err == nil && (p.Limits.Hour > maxBytes || p.ID == "") {
			t.Errorf("a profile beyond the limits was accepted: %+v", p.Limits)
		}
	})
}

func manyCounters() string {
	var all strings.Builder
	for i := range maxCounters + 1 {
		fmt.Fprintf(&all, "- {name: c%d, doc: x}\n", i)
	}
	return all.String()
}
