package platformapi

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
)

// reported has a field of each sort, some of them in an embedded struct.
type reported struct {
	Name string `json:"someName" usage:"name"`
	embedded
	State Word     `json:"state" usage:"state"`
	Since Moment   `json:"since" gives:"since" optional:"documented"`
	Words []string `json:"words" usage:"words"`
	Made  string   `json:"-" usage:"made"`
	Plain string   `json:"plain"`
}

type embedded struct {
	Number *int64 `json:"someNumber" usage:"number"`
	Flag   *bool  `json:"flag" usage:"flag"`
}

// CAT-*: if a member is missing, is null, has another spelling or another type, only its own field
// is missing, with a reason.
func TestFieldsByMember(t *testing.T) {
	const whole = `"someName":"a","someNumber":7,"flag":true,"state":"UP","since":"2026-11-02T10:00:00Z","words":["a"]`
	missing, said, odd := sdk.NotOnRelease, sdk.Unexplained, sdk.Malformed
	for body, want := range map[string]map[string]sdk.Reason{
		whole: nil,
		strings.ReplaceAll(whole, "some", "SOME"): nil,
		strings.Replace(whole, `7`, `7.0`, 1):     nil, strings.Replace(whole, `7`, `1e300`, 1): {"number": odd},
		strings.Replace(whole, `7`, `"7"`, 1):                            nil,
		strings.Replace(whole, `true`, `"True"`, 1):                      nil,
		strings.Replace(whole, `"someNumber":7,`, ``, 1):                 {"number": missing},
		strings.Replace(whole, `"since":"2026-11-02T10:00:00Z",`, ``, 1): {"since": said},
		strings.Replace(whole, `7`, `null`, 1):                           {"number": said},
		strings.Replace(whole, `"a"`, `""`, 1):                           {"name": said},
		strings.Replace(whole, `7`, `"seven"`, 1):                        {"number": odd},
		strings.Replace(whole, `7`, `"null"`, 1):                         {"number": odd},
		strings.Replace(whole, `7`, `7.5`, 1):                            {"number": odd},
		strings.Replace(whole, `7`, `[7]`, 1):                            {"number": odd},
		strings.Replace(whole, `true`, `1`, 1):                           {"flag": odd},
		strings.Replace(whole, `"UP"`, `{"value":"UP"}`, 1):              {"state": odd},
		strings.Replace(whole, `"a"`, `17`, 1):                           {"name": odd},
		strings.Replace(whole, `["a"]`, `"a"`, 1):                        {"words": odd},
		strings.Replace(whole, `["a"]`, `["a",7]`, 1):                    {"words": odd},
		strings.Replace(whole, `["a"]`, `["a",null]`, 1):                 {"words": odd},
		strings.Replace(whole, `["a"]`, `["","a"]`, 1):                   {"words": odd},
		strings.Replace(whole, `["a"]`, `{"x":["a",{}]}`, 1):             {"words": odd},
		strings.Replace(whole, `["a"]`, `{"x":["a","b"]}`, 1):            nil,
		strings.Replace(whole, `["a"]`, `[]`, 1):                         nil,
		strings.Replace(whole, `2026-11-02T10:00:00Z`, `yesterday`, 1):   {"since": odd},
		`"someName":"a"`: {"number": missing, "flag": missing, "state": missing, "since": said, "words": missing},
		`"someName":7`:   {"name": odd, "number": odd, "flag": odd, "state": odd, "since": odd, "words": odd},
		``:               {"name": odd, "number": odd, "flag": odd, "state": odd, "since": odd, "words": odd},
	} {
		lacks := fieldsOf(t, `{`+strings.TrimSuffix(body, ",")+`}`)
		if diff := cmp.Diff(want, lacks, equateEmpty); diff != "" {
			t.Errorf("%s (-want +got)\n%s", body, diff)
		}
	}
}

var equateEmpty = cmp.Transformer("empty", func(m map[string]sdk.Reason) map[string]sdk.Reason {
	all := map[string]sdk.Reason{}
	maps.Copy(all, m)
	return all
})

// fieldsOf reads an answer twice, the second time as unchanged. Both times the same fields must be
// missing.
func fieldsOf(t *testing.T, body string) map[string]sdk.Reason {
	t.Helper()
	c := odd(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"a"`)
		w.Header().Set("Content-Type", "application/json")
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write([]byte(body))
	})
	first := reasonsOf(t, c)
	c.carryover = next(t, c.carryover)
	if again := reasonsOf(t, c); !maps.Equal(first, again) {
		t.Errorf("%s: got %v of the carryover, want %v", body, again, first)
	}
	return first
}

func reasonsOf(t *testing.T, c *Client) map[string]sdk.Reason {
	_, lacks := Fields[reported](t.Context(), c, license)
	reasons := map[string]sdk.Reason{}
	for field, err := range lacks {
		reasons[field] = sdk.Explain(err)
	}
	return reasons
}

// CAT-*: the known entries of a list are sent. A page of a longer list is not.
func TestListsInPart(t *testing.T) {
	for given, want := range map[string]string{
		`["a",7,"b"]`: "[a b]", `{"x":["a",null]}`: "[a ]", `{"plcmPage":{"totalSize":9},"x":["a"]}`: "[]",
		`{"x":{"plcm-page":{"total-size":9},"y":["a"]}}`: "[]",
	} {
		c := odd(t, answers(`{"someName":"a","words":`+given+`}`))
		read, lacks := Fields[reported](t.Context(), c, license)
		if got := fmt.Sprint(read.Words); got != want || sdk.Explain(lacks["words"]) != sdk.Malformed {
			t.Errorf("%s: got %s, %v want %s with a reason", given, got, lacks["words"], want)
		}
	}
}

// If fields are missing for the same reason, it is reported once, with their names or those of the
// parts they belong to.
func TestMissingInto(t *testing.T) {
	lacks := Missing{"a": malformed("x"), "b": malformed("x"), "c": sdk.NotAvailable(sdk.TimedOut)}
	for within, want := range map[string]string{"": "a, b: ", "link": "link.a, link.b: "} {
		var missing sdk.Missing
		if within == "" {
			lacks.Into(&missing)
		} else {
			lacks.Into(&missing, within)
		}
		if got := missing.Err().Error(); strings.Count(got, "\n") != 1 || !strings.Contains(got, want) {
			t.Errorf("%q: got %q want two lines, one with %s", within, got, want)
		}
	}
}
