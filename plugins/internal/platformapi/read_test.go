package platformapi

import (
	"fmt"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"polycom.com/usagedata/core/sdk"
)

// lastOf iterates over a list and returns its last error.
func lastOf(items iter.Seq2[device, error]) (last error) {
	for _, err := range items {
		last = err
	}
	return last
}

// S13: the length of a list is known only if the product gives a valid size and its page does not
// contradict it.
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
		if err == nil && got != want || (err != nil) != (want == unknown) ||
			err != nil && sdk.Explain(err) != sdk.Malformed {
			t.Errorf("%s: got %d, %v, want %d", body, got, err, want)
		}
		// Counting one by one gives the same result, and is known only if the number is.
		last := lastOf(Items[device](t.Context(), c, devices))
		if want == unknown && last == nil || want == 0 && last != nil {
			t.Errorf("%s: got the items, %v, want those of a list that is known", body, last)
		}
	}
}

const unknown = -1

// answers responds with the bodies, one for each page, and repeats the last one.
func answers(bodies ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		number, _ := strconv.Atoi(r.URL.Query().Get("page"))
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, bodies[min(max(number, 1), len(bodies))-1])
	}
}

// S13: if the pages do not add up to the list, it is unknown. If the list grew or shrank in the
// meantime, its state at the end counts. The same holds for lists that are not documented.
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
