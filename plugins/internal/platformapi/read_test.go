package platformapi

import (
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/test/appliance"
	standin "polycom.com/usagedata/test/appliance/platformapi"
)

func TestReadInBothSpellings(t *testing.T) {
	for _, names := range []standin.Names{standin.CamelCase, standin.KebabCase} {
		c, _ := client(t, appliance.APISource(t, appliance.PlatformAPI(t, standin.Config{Names: names})))
		got, err := readStatus(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		site := standin.Believable()
		if got.SerialNumber == nil || *got.SerialNumber != site.SerialNumber() || got.Burst == nil || !*got.Burst {
			t.Errorf("names %d: got %+v, want serial number and burst", names, got)
		}
	}
}

func TestCountCostsOneRequest(t *testing.T) {
	a := appliance.PlatformAPI(t, standin.Config{})
	c, _ := client(t, appliance.APISource(t, a))
	got, err := Count(t.Context(), c, devices)
	if err != nil || got != 312 {
		t.Errorf("got %d, %v, want 312", got, err)
	}
	if diff := cmp.Diff(map[string]int{"/devices": 1}, a.Requests()); diff != "" {
		t.Errorf("requests (-want +got)\n%s", diff)
	}
}

func TestItemsReadsAllPages(t *testing.T) {
	a := appliance.PlatformAPI(t, standin.Config{Names: standin.KebabCase})
	c, _ := client(t, appliance.APISource(t, a))
	models := map[string]int{}
	for item, err := range Items[device](t.Context(), c, devices) {
		if err != nil {
			t.Fatal(err)
		}
		models[item.Model]++
	}
	if diff := cmp.Diff(standin.Believable().Counts().DevicesByModel, models); diff != "" {
		t.Errorf("models (-want +got)\n%s", diff)
	}
	if got := a.Requests()["/devices"]; got != 4 {
		t.Errorf("got %d requests, want one for each of 4 pages", got)
	}
}

func TestAnEmptyList(t *testing.T) {
	site := standin.Believable().WithCount("/devices", 0)
	c, _ := client(t, appliance.APISource(t, appliance.PlatformAPI(t, standin.Config{Site: &site})))
	for range Items[device](t.Context(), c, devices) {
		t.Error("got an item, want none")
	}
	if got, err := Count(t.Context(), c, devices); err != nil || got != 0 {
		t.Errorf("got %d, %v, want 0", got, err)
	}
}

func TestListsThatDoNotAddUp(t *testing.T) {
	table := []struct {
		name         string
		total, items int
		want         sdk.Reason
		tooLong      bool
	}{
		{"more items than it says", 250, 100, sdk.Malformed, false},
		{"no items", 250, 0, sdk.Malformed, false},
		{"more than we read", 100*maxPages + 1, 100, sdk.Unexplained, true},
	}
	for _, row := range table {
		last := lastOf(Items[device](t.Context(), odd(t, func(w http.ResponseWriter, r *http.Request) {
			pageOf(w, r, row.total, row.items)
		}), devices))
		if last == nil || sdk.Explain(last) != row.want || errors.Is(last, ErrTooLong) != row.tooLong {
			t.Errorf("%s: got %v, want %q", row.name, last, row.want)
		}
	}
}

// lastOf ranges over a list, and returns how it ended.
func lastOf(items iter.Seq2[device, error]) (last error) {
	for _, err := range items {
		last = err
	}
	return last
}

// S13: how long a list is, is known only if what the product says is a size, and its page does not contradict it.
func TestTotals(t *testing.T) {
	const two, none = `"plcmDeviceList":[{"id":1},{"id":2}]`, `"plcmDeviceList":[]`
	for body, want := range map[string]int64{
		`{"plcmPage":{"totalSize":2},` + two + `}`: 2, `{"plcmPage":{"totalSize":"2"},` + two + `}`: 2,
		`{"plcmPage":{"totalSize":2.0},` + two + `}`: 2, `{"plcmPage":{"totalSize":0.2e1},` + two + `}`: 2,
		`{"plcm-page":{"total-size":2},"plcm-device-v3-list":[{},{}]}`: 2,
		`{"plcmPage":{"totalSize":0},` + none + `}`:                    0, `{"plcmPage":{"totalSize":0}}`: 0,
		`{"plcmPage":{"totalSize":0},"plcmDeviceList":null}`: 0, `{` + none + `}`: 0, `{` + two + `}`: 2,
		`{"plcmPage":null,` + two + `}`: 2,
		`{"plcmDeviceList":{"plcmPage":{"totalSize":9},"plcmDevice":[{"deviceModel":"a"}]}}`: 9,
		`{"plcmDeviceList":{"plcmPage":{},"plcmDevice":[{"deviceModel":"a"}]}}`:              unknown,
		`{"plcmPage":"2",` + two + `}`: unknown,

		`{"plcmPage":{"totalSize":-1},` + two + `}`: unknown, `{"plcmPage":{"totalSize":-1},` + none + `}`: unknown,
		`{"plcmPage":{"totalSize":-1}}`: unknown, `{"plcmPage":{"totalSize":0},` + two + `}`: unknown,
		`{"plcmPage":{"totalSize":1},` + two + `}`: unknown, `{"plcmPage":{"totalSize":2},` + none + `}`: unknown,
		`{"plcmPage":{"totalSize":2},"plcmDeviceList":null}`: unknown, `{"plcmDeviceList":null}`: unknown,
		`{"plcmPage":{"totalSize":null},` + two + `}`: unknown, `{"plcmPage":{},` + two + `}`: unknown,
		`{"plcmPage":{"totalSize":2.5},` + two + `}`: unknown, `{"plcmPage":{"totalSize":"many"},` + two + `}`: unknown,
		`{"plcmPage":{"totalSize":""},` + two + `}`: unknown, `{"plcmPage":{"totalSize":[2]},` + two + `}`: unknown,
		`{"plcmPage":{"totalSize":2147483647},` + two + `}`:          unknown,
		`{"plcmPage":{"totalSize":9223372036854775807},` + two + `}`: unknown,
		`{"plcmPage":{"totalSize":9223372036854775808},` + two + `}`: unknown,
		`{"plcmPage":{"totalSize":1e99},` + two + `}`:                unknown,
		`{"plcmPage":{"totalSize":2},"plcmDeviceList":"none"}`:       unknown,
		`{` + two + `,"plcmDeviceV3List":[]}`:                        unknown,
	} {
		c := odd(t, answers(body))
		got, err := Count(t.Context(), c, devices)
		if err == nil && got != want || (err != nil) != (want == unknown) || err != nil && sdk.Explain(err) != sdk.Malformed {
			t.Errorf("%s: got %d, %v, want %d", body, got, err, want)
		}
		// What is counted one by one is the same, and known only where its number is.
		if last := lastOf(Items[device](t.Context(), c, devices)); want == unknown && last == nil {
			t.Errorf("%s: got the items, want none of a list that is not known", body)
		}
	}
}

const unknown = -1

// answers answers with the bodies, one a page, and again with the last.
func answers(bodies ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		number, _ := strconv.Atoi(r.URL.Query().Get("page"))
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, bodies[min(max(number, 1), len(bodies))-1])
	}
}

// S13: pages that do not make the whole list are not known; a list that grew or shrank meanwhile is, as it is at its
// end. Lists of which no document has the name are no exception.
func TestPages(t *testing.T) {
	page := func(total string, ids ...int) string {
		var list []string
		for _, id := range ids {
			list = append(list, fmt.Sprintf(`{"deviceModel":"%d"}`, id))
		}
		return fmt.Sprintf(`{"plcmPage":{"totalSize":%s},"plcmDeviceList":[%s]}`, total, strings.Join(list, ","))
	}
	for name, tt := range map[string]struct {
		pages []string
		want  int
	}{
		"two pages":                     {[]string{page("3", 1, 2), page("3", 3)}, 3},
		"no size on the second":         {[]string{page("3", 1, 2), `{"plcmDeviceList":[{"deviceModel":"3"}]}`}, 3},
		"grows":                         {[]string{page("3", 1, 2), page("4", 3), page("4", 4)}, 4},
		"shrinks":                       {[]string{page("4", 1, 2), page("3", 3)}, 3},
		"the same page again":           {[]string{page("4", 1, 2), page("4", 1, 2)}, unknown},
		"never another page":            {[]string{page("300", 1, 2, 3)}, unknown},
		"empty in the midst":            {[]string{page("4", 1, 2), page("4"), page("4", 3, 4)}, unknown},
		"ends too early":                {[]string{page("4", 1, 2), page("4", 3), page("4")}, unknown},
		"too many at the end":           {[]string{page("3", 1, 2), page("3", 3, 4)}, unknown},
		"no size from the third":        {[]string{page("4", 1, 2), page("4", 3), page("-1", 4)}, unknown},
		"shrinks below":                 {[]string{page("4", 1, 2), page("1", 3)}, unknown},
		"no list on the second":         {[]string{page("4", 1, 2), `{"plcmPage":{"totalSize":4}}`}, unknown},
		"the same list on another page": {[]string{page(`4,"page":1`, 1, 2), page(`4,"page":2`, 1, 2)}, unknown},
	} {
		for _, unnamed := range []bool{false, true} {
			resource := devices
			resource.Unnamed = unnamed
			items := 0
			var last error
			for _, err := range Items[device](t.Context(), odd(t, answers(tt.pages...)), resource) {
				if last = err; err == nil {
					items++
				}
			}
			if again := strings.Contains(name, "same") || strings.Contains(name, "never"); IsUnread(last) != again {
				t.Errorf("%s: got %v, want unread: %v", name, last, again)
			}
			if last == nil && items != tt.want || (last != nil) != (tt.want == unknown) {
				t.Errorf("%s, unnamed %v: got %d items, %v, want %d", name, unnamed, items, last, tt.want)
			}
			if last != nil && sdk.Explain(last) != sdk.Malformed {
				t.Errorf("%s, unnamed %v: got %v, want %q", name, unnamed, last, sdk.Malformed)
			}
		}
	}
}

func TestAListWithoutPages(t *testing.T) {
	c := odd(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"plcmDeviceV2List":[{},{},null]}`)
	})
	if got, err := Count(t.Context(), c, devices); err != nil || got != 3 {
		t.Errorf("got %d, %v, want 3", got, err)
	}
}

// TestOlderRelease: what a release lacks is no error of the product.
func TestOlderRelease(t *testing.T) {
	c, _ := client(t, appliance.APISource(t, appliance.PlatformAPI(t, standin.Config{Release: standin.Older})))
	got, err := readStatus(t.Context(), c)
	if err != nil || got.State != "valid" || got.SerialNumber != nil || got.Burst != nil {
		t.Errorf("an older version: got %+v, %v, want what it has", got, err)
	}
	gadgets := Resource{Path: devices.Path, Representation: "plcm-gadget-list", Newest: 2}
	for name, resource := range map[string]Resource{"404": calls, "406": gadgets} {
		if _, err := Count(t.Context(), c, resource); sdk.Explain(err) != sdk.NotOnRelease {
			t.Errorf("%s: got %v, want %q", name, err, sdk.NotOnRelease)
		}
	}
}

func TestAServerThatLooksAtTheFirstTypeOnly(t *testing.T) {
	var asked []string
	c := odd(t, func(w http.ResponseWriter, r *http.Request) {
		first, _, _ := strings.Cut(r.Header.Get("Accept"), ",")
		asked = append(asked, first+r.URL.RawQuery)
		if !strings.Contains(first, "-v2+") {
			http.Error(w, "", http.StatusNotAcceptable)
			return
		}
		pageOf(w, r, 4, 2)
	})
	items := 0
	for _, err := range Items[device](t.Context(), c, devices) {
		if err != nil {
			t.Fatal(err)
		}
		items++
	}
	v := func(n int) string { return fmt.Sprintf("application/vnd.plcm.plcm-device-list-v%d+json", n) }
	if want := []string{v(3), v(2), v(2) + "page=2"}; items != 4 || !slices.Equal(asked, want) {
		t.Errorf("got %d items by %v, want 4 by %v", items, asked, want)
	}
}

func TestWhatIsKnownIsAskedForConditionally(t *testing.T) {
	answers := &statuses{Handler: standin.New(standin.Believable(), standin.Newest, standin.CamelCase, "user", "password")}
	c := odd(t, answers.ServeHTTP)
	for range 2 {
		if got, err := readStatus(t.Context(), c); err != nil || got.SerialNumber == nil {
			t.Errorf("got %+v, %v, want the serial number", got, err)
		}
		if got, err := Count(t.Context(), c, devices); err != nil || got != 312 {
			t.Errorf("got %d, %v, want 312", got, err)
		}
	}
	if want := []int{200, 200, 304, 304}; !slices.Equal(answers.seen, want) {
		t.Errorf("got answers %v, want %v", answers.seen, want)
	}
}
