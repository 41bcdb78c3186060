package shelf

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"

	"polycom.com/usagedata/core/wire/pluginpb"
)

// siteName and siteHosts are names in the healthy product's own files: JSON, XML, CSV and INI.
const siteName = "north-gate"

var siteHosts = []string{"ldap1", "ldap2", "mcu-7", "dns-4"}

// Page is the answer of the station's page.
const Page = `{"station": {"system_name": "gate-1204", "visitors": 77}}`

// fromWithin returns plugins that reveal names which are values in files and answers of a healthy
// product, most of them in disguise. Those that would send an unknown word on a healthy product, too,
// send only another name than that of the product.
func fromWithin() []Plugin {
	return []Plugin{
		breaks("hostjson", "sends SN- and a host name from a JSON file in capitals as its serial number",
			"privacy.clear", revealing(inJSON, func(host string, all []*pluginpb.Category) {
				put(all, "license_information", "serial_number", text("SN-"+strings.ToUpper(host)))
			})),
		breaks("hosthashed", "sends the SHA-256 of a host name from a JSON file as its serial number", "privacy.clear",
			revealing(inJSON, func(host string, all []*pluginpb.Category) {
				sum := sha256.Sum256([]byte(host))
				put(all, "license_information", "serial_number", text(hex.EncodeToString(sum[:])))
			})),
		breaks("hostxml", "sends a host name from an XML file in hexadecimal as its serial number", "privacy.clear",
			revealing(inXML, func(host string, all []*pluginpb.Category) {
				put(all, "license_information", "serial_number", text(hex.EncodeToString([]byte(host))))
			})),
		breaks("hostcsv", "sends a host name from a CSV file in base64 as a license", "privacy.clear",
			revealing(inCSV, func(host string, all []*pluginpb.Category) {
				encoded := base64.RawStdEncoding.EncodeToString([]byte(host))
				put(all, "license_information", "features", list(text("routing"), text(encoded)))
			})),
		breaks("hostini", "makes a host name from an INI file a key", "privacy.words",
			revealing(inINI, func(host string, all []*pluginpb.Category) {
				if host != siteHosts[3] {
					put(all, "counts", "by_type", record(fields{strings.ToUpper(host): whole(4)}))
				}
			})),
		breaks("nameenum", "sends a name from a JSON file in an enum", "privacy.values",
			revealing(nameInJSON, func(name string, all []*pluginpb.Category) {
				if name != siteName {
					put(all, "system", "model", text(name))
				}
			})),
		breaks("nameversion", "sends a name from a JSON file behind a version, with dots between its letters",
			"privacy.values", revealing(nameInJSON, func(name string, all []*pluginpb.Category) {
				if name != siteName {
					put(all, "system", "release", text("6.4.1 "+strings.Join(strings.Split(name, ""), ".")))
				}
			})),
		breaks("namepage", "sends a name from an HTTP answer, reversed, as a license", "privacy.clear",
			(&server{change: func(ctx context.Context, o *opened, all []*pluginpb.Category) []*pluginpb.Category {
				if name := o.onPage(ctx); name != "" && all[3].GetRecord() != nil {
					reversed := []byte(name)
					slices.Reverse(reversed)
					put(all, "license_information", "options", list(text(string(reversed))))
				}
				return all
			}}).serve).asking(),
		breaks("rotates", "sends a host name from a JSON file as a license, each letter moved by thirteen",
			"privacy.clear", revealing(inJSON, func(host string, all []*pluginpb.Category) {
				put(all, "license_information", "options", list(text(rot13(host))))
			})),
		breaks("repeats", "sends an address as a license, too, in hexadecimal", "privacy.clear",
			doing(func(_ *opened, all []*pluginpb.Category) {
				put(all, "counts", "peers", list(record(fields{"address": text("10.2.1.5")})))
				put(all, "license_information", "options", list(text("0A020105")))
			})),
		breaks("padsaddress", "sends an address as a license, too, with three digits for each number", "privacy.clear",
			doing(func(_ *opened, all []*pluginpb.Category) {
				put(all, "counts", "peers", list(record(fields{"address": text("10.2.1.5")})))
				put(all, "license_information", "options", list(text("L010002001005")))
			})),
		breaks("knowsletters", "sends the letters of its host's name as a license", "privacy.known",
			doing(func(o *opened, all []*pluginpb.Category) {
				if name := hostName(o.root); name == HostName {
					spaced := strings.Join(strings.Split(strings.ToUpper(strings.ReplaceAll(name, "-", "")), ""), "-")
					put(all, "license_information", "options", list(text(spaced)))
				}
			})),
	}
}

// revealing returns a plugin that does something with the name that it finds in the files.
func revealing(find func(data string) string, do func(name string, all []*pluginpb.Category)) life {
	return doing(func(o *opened, all []*pluginpb.Category) {
		if name := find(filepath.Join(o.root, "data")); name != "" {
			do(name, all)
		}
	})
}

// rot13 moves each small letter by half of the alphabet.
func rot13(name string) string {
	return strings.Map(func(r rune) rune {
		if r < 'a' || r > 'z' {
			return r
		}
		return 'a' + (r-'a'+13)%26
	}, name)
}

type site struct {
	Site struct {
		Name  string `json:"name"`
		Nodes []struct {
			Host string `json:"host"`
		} `json:"nodes"`
	} `json:"site"`
}

func siteIn(data string) (s site) {
	text, _ := readFile(filepath.Join(data, "site.json"))
	_ = json.NewDecoder(strings.NewReader(string(text))).Decode(&s) // a damaged file has no names
	return s
}

func inJSON(data string) string {
	if s := siteIn(data); len(s.Site.Nodes) > 0 {
		return s.Site.Nodes[0].Host
	}
	return ""
}

func nameInJSON(data string) string { return siteIn(data).Site.Name }

func inXML(data string) string { return between(data, "site.xml", `<server address="`, `"`) }

func inCSV(data string) string { return between(data, "site.csv", "id,host,calls\n1,", ",") }

func inINI(data string) string { return between(data, "site.ini", "server = ", "\n") }

// between returns the text between two others in a file, or "" without them.
func between(data, file, before, after string) string {
	text, _ := readFile(filepath.Join(data, file))
	_, rest, _ := strings.Cut(string(text), before)
	found, _, _ := strings.Cut(rest, after)
	return found
}

// onPage returns the name on the station's page, or "" if the page cannot be read.
func (o *opened) onPage(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, o.limit)
	defer cancel()
	page, _ := o.station["page"].(string)
	ca, _ := o.station["ca"].(string)
	text, _ := readFile(ca)
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(text)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, page, nil)
	if err != nil {
		return ""
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted}, DisableKeepAlives: true}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return ""
	}
	defer answer.Body.Close()
	var found struct {
		Station struct {
			Name string `json:"system_name"`
		} `json:"station"`
	}
	_ = json.NewDecoder(io.LimitReader(answer.Body, maxFile)).Decode(&found) // a damaged answer has no name
	return found.Station.Name
}
