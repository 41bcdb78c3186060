package platformapi

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/core/sdk/source/etag"
	"polycom.com/usagedata/test/appliance"
	standin "polycom.com/usagedata/test/appliance/platformapi"
)

// registered is a device with the members that a plugin reads.
type registered struct {
	Model string `json:"deviceModel"`
	Registration
}

// read is everything that one cycle of these tests reads.
type read struct {
	License licenseStatus
	Users   int64
	Devices []registered
}

// cycle reads with the carryover of the previous cycle, and returns the next carryover.
func cycle(t *testing.T, source map[string]any, carryover []byte) (got read, next []byte) {
	t.Helper()
	c, _ := client(t, source)
	c.carryover = sdktest.Env(t, sdktest.On{Carryover: carryover}).Carryover
	got, err := readAll(t, c)
	if err != nil {
		t.Fatal(err)
	}
	return got, sdktest.Carried(c.carryover)
}

func readAll(t *testing.T, c *Client) (got read, err error) {
	t.Helper()
	if got.License, err = readStatus(t.Context(), c); err != nil {
		return got, err
	}
	users := Resource{Path: "/users", Representation: "plcm-user-list", Newest: 1}
	if got.Users, err = Count(t.Context(), c, users); err != nil {
		return got, err
	}
	for device, err := range Items[registered](t.Context(), c, devices) {
		if err != nil {
			return got, err
		}
		got.Devices = append(got.Devices, device)
	}
	return got, nil
}

// next returns the carryover of the next cycle.
func next(t *testing.T, carryover *sdk.Carryover) *sdk.Carryover {
	return sdktest.Env(t, sdktest.On{Carryover: sdktest.Carried(carryover)}).Carryover
}

// plain returns the contents of a carryover.
func plain(packed []byte) string {
	var text strings.Builder
	for key, value := range sdktest.Remembered(packed) {
		fmt.Fprintln(&text, key, string(value))
	}
	return text.String()
}

// SEND-5: the second cycle sends as many requests and gets the same values, at hardly any cost to
// the product. The plugins' READMEs have the numbers.
func TestUnchangedAnswersAreNotTransferredAgain(t *testing.T) {
	for endpoints, most := range map[int]int{312: 4 << 10, 10_000: 64 << 10} {
		site := standin.Believable().WithCount("/devices", endpoints)
		a := appliance.PlatformAPI(t, standin.Config{Site: &site})
		source := appliance.APISource(t, a)
		first, carryover := cycle(t, source, nil)
		requests := a.Requests()
		second, again := cycle(t, source, carryover)
		if diff := cmp.Diff(first, second); diff != "" || len(second.Devices) != endpoints {
			t.Errorf("%d endpoints: got %d, (-first +second)\n%s", endpoints, len(second.Devices), diff)
		}
		pages := (endpoints + 99) / 100
		if diff := cmp.Diff(map[int]int{200: pages + 2, 304: pages + 2}, a.Answered()); diff != "" {
			t.Errorf("%d endpoints: answers (-want +got)\n%s", endpoints, diff)
		}
		maps.DeleteFunc(requests, func(path string, n int) bool { return a.Requests()[path] == 2*n })
		if len(requests) > 0 {
			t.Errorf("%d endpoints: got other than twice as many requests: %v", endpoints, requests)
		}
		if len(carryover) > most || len(again) > most {
			t.Errorf("%d endpoints: got carryovers of %d and %d bytes, want at most %d", endpoints,
				len(carryover), len(again), most)
		}
	}
}

// CAT-*: a changed answer is read again, and the others are taken from the carryover.
func TestChangedAnswersAreReadAgain(t *testing.T) {
	before := standin.Believable()
	api := standin.New(before, standin.Newest, standin.CamelCase, "user", "password")
	c := odd(t, func(w http.ResponseWriter, r *http.Request) { api.ServeHTTP(w, r) })
	if _, err := readAll(t, c); err != nil {
		t.Fatal(err)
	}
	after := before.WithMember("/devices", "deviceModel", "Studio X50")
	api = standin.New(after, standin.Newest, standin.CamelCase, "user", "password")
	c.carryover = next(t, c.carryover)
	got, err := readAll(t, c)
	if err != nil || got.Devices[0].Model != "Studio X50" {
		t.Errorf("got %v, %v, want the new model", got.Devices[0], err)
	}
	if diff := cmp.Diff(map[int]int{200: 1, 304: 5}, api.Answered()); diff != "" {
		t.Errorf("answers (-want +got)\n%s", diff)
	}
}

// ANON-1: the carryover holds no credential, because none is read, and no identifier unless a
// caller declared it.
func TestNoCredentialIsRemembered(t *testing.T) {
	site := standin.Believable()
	got, carryover := cycle(t, appliance.APISource(t, appliance.PlatformAPI(t, standin.Config{})), nil)
	remembered := plain(carryover)
	if !strings.Contains(remembered, "RealPresence Group") || !strings.Contains(remembered, site.SerialNumber()) {
		t.Fatal("what was read is not found in the carryover, so nothing else would be")
	}
	for _, canary := range site.Canaries() {
		if strings.Contains(remembered, canary) {
			t.Errorf("canary %q is remembered", canary)
		}
	}
	for _, identifier := range site.Identifiers() {
		stated := slices.ContainsFunc(got.Devices, func(d registered) bool {
			return strings.Contains(d.Model, identifier)
		})
		if strings.Contains(remembered, identifier) && !stated {
			t.Errorf("%q is remembered, and nobody asked for it", identifier)
		}
	}
}

// An entry of the carryover is used only for the same source, user, versions and shape.
func TestOnlyMatchingAnswersAreRecalled(t *testing.T) {
	type (
		wanted = struct {
			Model string `json:"deviceModel"`
		}
		more = struct {
			Model string `json:"deviceModel"`
			State Word   `json:"h323RegistrationState"`
		}
		renamed = struct {
			Model string `json:"deviceName"`
		}
		retyped = struct {
			Model Word `json:"deviceModel"`
		}
		itself = struct{ Inner recursive }
	)
	source := map[string]any{"url": "https://a.example", "credentials": file(t, 0o600, "user:secret")}
	elsewhere, another := maps.Clone(source), maps.Clone(source)
	elsewhere["url"] = "https://b.example"
	another["credentials"] = file(t, 0o600, "user2:secret")
	here, _ := client(t, source)
	same, _ := client(t, source)
	there, _ := client(t, elsewhere)
	user, _ := client(t, another)
	key := carryoverKey[wanted](here, devices, 1)
	if got := carryoverKey[wanted](same, devices, 1); got != key {
		t.Errorf("the same again: got %q, want %q", got, key)
	}
	seen := map[string]bool{key: true}
	newer, mcus := devices, devices
	newer.Newest, mcus.Path = 4, "/mcus"
	for name, got := range map[string]string{
		"another page":       carryoverKey[wanted](here, devices, 2),
		"another version":    carryoverKey[wanted](here, newer, 1),
		"another resource":   carryoverKey[wanted](here, mcus, 1),
		"more members":       carryoverKey[more](here, devices, 1),
		"another member":     carryoverKey[renamed](here, devices, 1),
		"another type":       carryoverKey[retyped](here, devices, 1),
		"a list":             carryoverKey[struct{ A []string }](here, devices, 1),
		"a list of others":   carryoverKey[struct{ A []int }](here, devices, 1),
		"a pointer":          carryoverKey[struct{ A *string }](here, devices, 1),
		"a pointer to other": carryoverKey[struct{ A *int }](here, devices, 1),
		"a map":              carryoverKey[struct{ A map[string]string }](here, devices, 1),
		"a map of others":    carryoverKey[struct{ A map[string]int }](here, devices, 1),
		"a page of them":     carryoverKey[listPage[wanted]](here, devices, 1),
		"within itself":      carryoverKey[itself](here, devices, 1),
		"another source":     carryoverKey[wanted](there, devices, 1),
		"another user there": carryoverKey[wanted](user, devices, 1),
	} {
		if seen[got] || strings.Contains(got, "example") || strings.Contains(got, "user") {
			t.Errorf("%s: got key %q, want another one, without names", name, got)
		}
		seen[got] = true
	}
}

type recursive struct{ Inner []recursive }

// If an entry can't be parsed, it is ignored, and the complete answer is requested.
func TestBadEntriesAreIgnored(t *testing.T) {
	a := appliance.PlatformAPI(t, standin.Config{})
	source := appliance.APISource(t, a)
	for name, entry := range map[string]string{
		"empty": "", "no JSON": "{", "null": "null", "another type": `{"ETag":"\"x\"","Value":{"SerialNumber":7}}`,
		"no tag": `{"Value":{"serialNumber":"made up"}}`, "a tag for two headers": `{"ETag":"\"x\r\nCookie: y\"","Value":{}}`,
	} {
		c, _ := client(t, source)
		c.carryover.Keep(carryoverKey[licenseStatus](c, license, 1), []byte(entry))
		got, err := readStatus(t.Context(), c)
		if err != nil || got.SerialNumber == nil || *got.SerialNumber != standin.Believable().SerialNumber() {
			t.Errorf("%s: got %+v, %v, want the whole answer", name, got, err)
		}
	}
	if got := a.Answered()[http.StatusNotModified]; got > 0 {
		t.Errorf("got %d times 304, want none", got)
	}
}

// A product may fail to change a tag with its contents, so tags are trusted for a day at most.
func TestOnceADayEverythingIsReadWhole(t *testing.T) {
	n, known := 0, 0
	c := odd(t, func(w http.ResponseWriter, r *http.Request) {
		n++
		if r.Header.Get("If-None-Match") != "" {
			known++
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("ETag", `"always the same"`[:7]+`"`)
		pageOf(w, r, n, 1)
	})
	var got []int64
	for range 26 {
		count, err := Count(t.Context(), c, devices)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, count)
		c.carryover = next(t, c.carryover)
	}
	if got[0] != 1 || got[23] != 1 || got[24] != 25 || got[25] != 25 || known != 24 {
		t.Errorf("got %v with %d conditional requests, want 1 24 times, then 25", got, known)
	}
}

// If a server considers only the first media type, the version of a resource is searched for once,
// also if the answer is 304.
func TestTheVersionIsNegotiatedOnce(t *testing.T) {
	asked := 0
	c := odd(t, func(w http.ResponseWriter, r *http.Request) {
		asked++
		first, _, _ := strings.Cut(r.Header.Get("Accept"), ",")
		switch {
		case !strings.Contains(first, "-v2+"):
			http.Error(w, "", http.StatusNotAcceptable)
		case r.Header.Get("If-None-Match") != "":
			w.WriteHeader(http.StatusNotModified)
		default:
			w.Header().Set("ETag", `"x"`)
			pageOf(w, r, 6, 2)
		}
	})
	for cycle := range 2 {
		asked, c.chosen = 0, map[string]string{}
		items := 0
		for _, err := range Items[device](t.Context(), c, devices) {
			if err != nil {
				t.Fatal(err)
			}
			items++
		}
		if items != 6 || asked != 4 {
			t.Errorf("cycle %d: got %d items by %d requests, want 6 by 4", cycle, items, asked)
		}
		c.carryover = next(t, c.carryover)
	}
}

// FuzzRemember checks that, for any answer, the remembered value equals the decoded one.
func FuzzRemember(f *testing.F) {
	f.Add(`{"someName":"a<b>","someNumber":0,"nested":{"flag":false},"plcmInnerList":[],"words":[],"there":"","members":[]}`)
	f.Add(`{"someName":"\ud800","plcmInnerList":[{},null],"words":["a"],"there":{},"members":[1,{"a":2}]}`)
	f.Add(`{"Word":"BUSIED_OUT","Words":["İ","ẞ"],"Members":[null]}`)
	f.Fuzz(func(t *testing.T, body string) {
		type all struct {
			sample
			Word  Word   `json:"word"`
			Words []Word `json:"constants"`
			Whole *Length
		}
		got, err := decoded[all](body)
		if err != nil {
			return
		}
		var carryover sdk.Carryover
		etag.Remember(&carryover, "key", `"x"`, got)
		_, again, ok := etag.Recall[all](&carryover, "key")
		if !ok {
			t.Fatalf("got nothing, want %+v", got)
		}
		if diff := cmp.Diff(got.sample, again.sample); diff != "" || got.Word != again.Word {
			t.Errorf("(-decoded +remembered)\n%s", diff)
		}
	})
}
