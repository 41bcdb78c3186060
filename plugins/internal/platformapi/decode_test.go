package platformapi

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
)

type sample struct {
	Name    string    `json:"someName"`
	Number  *int64    `json:"someNumber"`
	Nested  inner     `json:"nested"`
	List    []inner   `json:"plcmInnerList"`
	Words   []string  `json:"words"`
	There   *Presence `json:"there"`
	Members Length    `json:"members"`
}

type inner struct {
	Flag *bool `json:"flag"`
}

func decoded[T any](body string) (into T, err error) {
	err = decode(strings.NewReader(body), &into)
	return into, err
}

func TestDecode(t *testing.T) {
	seven, yes := int64(7), true
	there, absent := Presence(true), Presence(false)
	table := []struct {
		name, body string
		want       sample
	}{
		{"camelCase", `{"someName":"a","someNumber":7}`, sample{Name: "a", Number: &seven}},
		{"a byte order mark", "\ufeff" + `{"someName":"a"}`, sample{Name: "a"}},
		{"kebab-case", `{"some-name":"a","some-number":7,"plcm-inner-list":[{"flag":true}]}`,
			sample{Name: "a", Number: &seven, List: []inner{{&yes}}}},
		{"null", `{"someName":"a","someNumber":null,"nested":null,"plcmInnerList":null,"words":null}`, sample{Name: "a"}},
		{"what nobody asked for", `{"password":{"a":["b",{}]},"nested":{"script":"x","flag":true},"z":[[1]]}`,
			sample{Nested: inner{&yes}}},
		{"there", `{"there":"secret"}`, sample{There: &there}},
		{"not there", `{"there":""}`, sample{There: &absent}},
		{"hyphens in values", `{"some-name" : "a-b:\"-\\", "words":["-","\\\"-:"]}`,
			sample{Name: `a-b:"-\`, Words: []string{"-", `\"-:`}}},
		{"another type costs itself", `{"someName":"a","someNumber":[7],"nested":{"flag":1},"words":[1,"b"]}`,
			sample{Name: "a", Words: []string{"b"}}},
		{"a number in a string", `{"someNumber":"7","nested":{"flag":"TRUE"}}`, sample{Number: &seven, Nested: inner{&yes}}},
		{"length", `{"members":["a",{"b":1},null]}`, sample{Members: 3}},
		{"words", `{"words":["a","b"]}`, sample{Words: []string{"a", "b"}}},
	}
	for _, row := range table {
		got, err := decoded[sample](row.body)
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
		}
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", row.name, diff)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, body := range []string{
		``, `{`, `{"someName":"a"`, `[]`, `"text"`, `null`, `{}`, `{"other":1}`, `{"someName":"a"}{}`, `<html>`, "\ufeff", "\ufeff\ufeff{}",
		`{"someName":7}`, `{"someNumber":"seven"}`, `{"someNumber":1e99}`, `{"nested":[]}`, `{"nested":{"flag":1}}`,
		`{"plcmInnerList":{}}`, `{"members":"a"}`, `{"words":[1]}`, `{"someName":null}`, `{"other":[}`,
	} {
		if got, err := decoded[sample](body); sdk.Explain(err) != sdk.Malformed {
			t.Errorf("%s: got %+v, %v, want %q", body, got, err, sdk.Malformed)
		}
	}
}

func TestWhichMemberIsTheList(t *testing.T) {
	for member, want := range map[string]bool{
		"plcmDeviceList": true, "plcmDeviceV3List": true, "plcm-device-v3-list": true, "plcm-device-list": true,
		"plcmDeviceGroupList": false, "plcmDevice": false, "plcmPage": false, "list": false, "plcmDeviceVxList": false,
	} {
		if got := devices.isList(normal(member)); got != want {
			t.Errorf("%s: got %v, want %v", member, got, want)
		}
	}
}

// FuzzDecode checks that every answer gives a value or an error with a reason, and never a crash.
func FuzzDecode(f *testing.F) {
	f.Add(`{"someName":"a","nested":{"flag":true},"plcmInnerList":[{}],"members":[1]}`)
	f.Add(`{"plcmPage":{"totalSize":3},"plcmDeviceV3List":[{"deviceModel":"m"}]}`)
	f.Add(`{"there":{"a":[`)
	f.Fuzz(func(t *testing.T, body string) {
		if _, err := decoded[sample](body); err != nil && sdk.Explain(err) != sdk.Malformed {
			t.Errorf("got %v, want %q", err, sdk.Malformed)
		}
		var page listPage[device]
		if err := decodePage(devices, strings.NewReader(body), &page); err != nil && sdk.Explain(err) != sdk.Malformed {
			t.Errorf("a page: got %v, want %q", err, sdk.Malformed)
		}
		if total, err := page.total(); total < int64(len(page.Items)) && err == nil || total < 0 {
			t.Errorf("got total %d, %v, of %d items", total, err, len(page.Items))
		}
	})
}
