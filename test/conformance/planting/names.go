// Package planting replaces the names that a product holds by planted ones: in files, and in the
// answers of HTTP servers, PostgreSQL databases and SNMP agents, which it relays. A plugin that
// reports a planted name reports a name of the customer.
//
// Values that a plugin may send unchanged stay as they are: numbers, times, versions, words of the
// profile, and the serial numbers and licenses that the plugin sends on the unchanged product.
package planting

import (
	"fmt"
	"maps"
	"net"
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// stem is the beginning of each planted name that is a word. It does not occur by chance.
const stem = "zilpzalp"

// Names chooses a planted name for each name of a product, always the same one, so that the parts
// of a product still refer to each other. Several goroutines may use it.
type Names struct {
	approved map[string]bool // words of the profile
	sent     []sent
	hosts    []string // of the sources, to which links in their answers lead
	mu       sync.Mutex
	planted  map[string]string // by the name that it replaces
	replaced map[string]string // the name, by the planted one
	places   map[string]string // of the first name that it replaces, by the planted name
}

// sent is a text that the plugin sends unchanged on the unchanged product.
type sent struct {
	kind kind.Kind
	text string // bare
}

// Place is the place of a text in a product.
type Place struct {
	Source string // for the report: a file below the root, or a source
	About  string // path or query that leads to the text, and the keys above it
	Key    string // the text's own key; empty if it has none
}

// At returns the place of a whole text: its key is the last part of its path.
func At(source, file string) Place {
	name := path.Base(file)
	return Place{source, file, strings.TrimSuffix(name, path.Ext(name))}
}

func (p Place) at(key string) Place { return Place{p.Source, p.About + " " + p.Key, key} }

// New returns the [Names] of a product, on which the plugin sent these categories.
func New(p profile.Profile, categories map[string]*pluginpb.Category) *Names {
	n := &Names{approved: map[string]bool{bare(kind.Other): true}, planted: map[string]string{},
		replaced: map[string]string{}, places: map[string]string{}}
	for _, word := range p.Words() {
		n.approved[bare(word)] = true
	}
	for _, c := range p.Categories {
		n.learn(c.Fields, categories[c.Name].GetRecord())
	}
	return n
}

// learn adds the closed lists of the fields to the approved words, and remembers the texts that
// are sent unchanged.
func (n *Names) learn(fields []profile.Field, record *pluginpb.Record) {
	for _, f := range fields {
		for _, word := range slices.Concat(f.Values, f.By, f.Words) {
			n.approved[bare(word)] = true
		}
		v := record.GetFields()[f.Name]
		n.learnValue(f, v)
		for _, entry := range v.GetList().GetValues() {
			n.learnValue(f, entry)
		}
		if v == nil && len(f.Fields) > 0 {
			n.learn(f.Fields, nil)
		}
	}
}

func (n *Names) learnValue(f profile.Field, v *pluginpb.Value) {
	if len(f.Fields) > 0 {
		n.learn(f.Fields, v.GetRecord())
	}
	if text := bare(v.GetText()); text != "" && f.Kind.Treatment() == kind.Keep {
		n.sent = append(n.sent, sent{f.Kind, text})
	}
	if len(f.By) > 0 {
		for key := range v.GetRecord().GetFields() {
			n.sent = append(n.sent, sent{kind.Enum, bare(key)})
		}
	}
}

// Replace returns the planted name for a text, or the text itself if it is not taken for a name.
func (n *Names) Replace(at Place, text string) string {
	trimmed := strings.TrimSpace(text)
	if trimmed == "" || n.stays(at, trimmed) {
		return text
	}
	return strings.Replace(text, trimmed, n.plant(at, trimmed), 1)
}

// stays reports whether a text is not taken for a name.
func (n *Names) stays(at Place, text string) bool {
	r := roleOf(at.Key)
	switch {
	case strings.Contains(text, stem), r == structural, len(bare(text)) < shortest, n.approved[bare(text)],
		r != identifying && isKey(text):
		return true
	case isAddress(text):
		return n.isSent(r, at, text)
	case n.leadsToItself(text), !strings.ContainsFunc(text, unicode.IsLetter), notAName.MatchString(text):
		return true
	}
	return n.isSent(r, at, text)
}

// shortest is the number of letters and digits of the shortest text that is taken for a name.
const shortest = 3

// notAName matches numbers with units, versions, times, paths, media types, and PEM files.
var notAName = regexp.MustCompile(`^[-+]?\d[\d.,: ]*[ ]?[A-Za-zµ%]{0,5}(/s)?$|^[vV]?\d+(\.\d+)+([-_ +~.()]+\w+)*\)?$|` +
	`^\d{4}-\d\d-\d\d|^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? |^P\d|^PT\d|^0x[0-9a-fA-F]+$|` +
	`^\.{0,2}/|^(application|text|image|audio|video|multipart)/|^-----BEGIN|^urn:|` +
	`(?i:^(true|false|yes|no|null|none|enabled|disabled)$)`)

// leadsToItself reports whether a text is a link to one of the sources, or to this machine.
func (n *Names) leadsToItself(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme != "" && u.Host != "" &&
		(slices.Contains(n.hosts, u.Hostname()) || isLoopback(u.Hostname()))
}

func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// isSent reports whether the plugin sends a text unchanged, and may: nothing else is known of the
// text. A text that is called a name is not a serial number.
func (n *Names) isSent(r role, at Place, text string) bool {
	if r == identifying || r == named && !at.namesProduct() {
		return false
	}
	text = bare(text)
	return slices.ContainsFunc(n.sent, func(s sent) bool {
		switch {
		case r == named && s.kind == kind.Serial:
			return false
		case text == s.text:
			return true
		case len(s.text) >= 4 && strings.Contains(text, s.text) && (s.kind != kind.Enum || r == unknown):
			return true
		}
		return s.kind == kind.License && len(text) >= 4 && strings.Contains(s.text, text) &&
			slices.ContainsFunc(words(at.About+" "+at.Key), func(word string) bool {
				return slices.Contains(productParts, word)
			})
	})
}

// plant returns the planted name for a text, in the same form.
func (n *Names) plant(at Place, text string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if planted, known := n.planted[text]; known {
		return planted
	}
	planted := like(text, len(n.planted)+1)
	n.planted[text], n.replaced[planted] = planted, text
	n.places[planted] = at.Source
	return planted
}

var (
	mailbox = regexp.MustCompile(`^[^\s@]+@[^\s@]+$`)
	dialed  = regexp.MustCompile(`^(?i)(sips?|h323|tel|mailto):`)
	dotted  = regexp.MustCompile(`^[\w-]+(\.[\w-]+)+\.?$`)
)

// like returns planted name number i in the form of a text.
func like(text string, i int) string {
	word := fmt.Sprintf("%s%05d", stem, i)
	if address, err := netip.ParseAddr(text); err == nil {
		return addressLike(address, i)
	} else if prefix, err := netip.ParsePrefix(text); err == nil {
		return fmt.Sprintf("%s/%d", addressLike(prefix.Addr(), i), prefix.Bits())
	} else if port, err := netip.ParseAddrPort(text); err == nil {
		return net.JoinHostPort(addressLike(port.Addr(), i), fmt.Sprint(port.Port()))
	} else if isMAC(text) {
		planted := net.HardwareAddr{0x02, 0x83, 0x19, byte(i >> 16), byte(i >> 8), byte(i)}.String()
		if text[2] == '-' {
			return strings.ReplaceAll(planted, ":", "-")
		}
		return planted
	}
	scheme := dialed.FindString(text)
	u, err := url.Parse(text)
	switch {
	case scheme != "":
		return scheme + word + "@" + stem + ".example"
	case err == nil && u.Scheme != "" && u.Host != "":
		u.Host, u.User = strings.Replace(u.Host, u.Hostname(), word+"."+stem+".example", 1), nil
		return u.String()
	case mailbox.MatchString(text):
		return word + "@" + stem + ".example"
	case dotted.MatchString(text):
		return word + "." + stem + ".example"
	}
	return word
}

// isMAC reports whether a text is a hardware address with separators: twelve digits may be a number.
func isMAC(text string) bool {
	mac, err := net.ParseMAC(text)
	return err == nil && len(mac) == 6 && strings.ContainsAny(text, ":-.")
}

func addressLike(address netip.Addr, i int) string {
	if address.Unmap().Is4() {
		return netip.AddrFrom4([4]byte{10, 83, byte(19 + i/250), byte(1 + i%250)}).String()
	}
	return netip.AddrFrom16([16]byte{0xfd, 0x83, 0x19, 0xc9, 12: byte(i >> 24), 13: byte(i >> 16), 14: byte(i >> 8),
		15: byte(i)}).String()
}

// isAddress reports whether a text is an IP or hardware address of a machine.
func isAddress(text string) bool {
	if isMAC(text) {
		return strings.Trim(text, "0:-.") != ""
	}
	address, err := netip.ParseAddr(text)
	if prefix, wrong := netip.ParsePrefix(text); wrong == nil {
		address, err = prefix.Addr(), nil
	} else if port, wrong := netip.ParseAddrPort(text); wrong == nil {
		address, err = port.Addr(), nil
	}
	return err == nil && !address.IsLoopback() && !address.IsUnspecified() && !address.IsMulticast() &&
		!strings.HasPrefix(text, "255.")
}

// Planted returns the texts to search for: each planted address, and the stem of the other names.
func (n *Names) Planted() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.planted) == 0 {
		return nil
	}
	all := []string{stem, stem[:6]}
	for _, planted := range slices.Sorted(maps.Keys(n.places)) {
		if !strings.Contains(planted, stem) {
			all = append(all, planted)
		}
	}
	return all
}

// All returns every planted name.
func (n *Names) All() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Collect(maps.Keys(n.places))
}

// Sources returns the number of names that were replaced, by the place of the first one.
func (n *Names) Sources() map[string]int {
	n.mu.Lock()
	defer n.mu.Unlock()
	counts := map[string]int{}
	for _, place := range n.places {
		counts[place]++
	}
	return counts
}

// Place returns the source of the name that the text holds as a planted one, or "" if it holds
// none in clear.
func (n *Names) Place(text string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	text = strings.ToLower(text)
	for _, word := range numbered.FindAllString(text, -1) {
		for planted, place := range n.places {
			if strings.Contains(planted, word) {
				return place
			}
		}
	}
	for planted, place := range n.places {
		if !strings.Contains(planted, stem) && strings.Contains(text, planted) {
			return place
		}
	}
	return ""
}

var numbered = regexp.MustCompile(stem + `\d{5}`)

// restored matches the forms of a planted name in a request.
var restored = regexp.MustCompile(stem + `\d{5}([.@]` + stem + `\.example)?`)

// Restore returns a text with the product's own names in the place of planted ones, for requests.
func (n *Names) Restore(text string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return restored.ReplaceAllStringFunc(text, func(planted string) string {
		if name, known := n.replaced[planted]; known {
			return name
		}
		return planted
	})
}

// bare returns the letters and digits of a text, in lower case.
func bare(text string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, text))
}
