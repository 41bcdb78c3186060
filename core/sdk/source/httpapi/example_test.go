package httpapi_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"os"
	"testing"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/core/sdk/source/httpapi"
)

// outside stands for a test, because an example has none.
type outside struct {
	testing.TB
	ends *[]func()
}

func (outside) Helper()              {}
func (outside) Fatal(args ...any)    { panic(fmt.Sprint(args...)) }
func (o outside) Cleanup(end func()) { *o.ends = append(*o.ends, end) }

func (o outside) TempDir() string {
	dir, err := os.MkdirTemp("", "ud-example")
	if err != nil {
		panic(err)
	}
	o.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// running starts a product with an API and returns the [sdk.Env] of a plugin on it.
func running() (env sdk.Env, stop func()) {
	o := outside{ends: new([]func())}
	pages := http.NewServeMux()
	for path, text := range map[string]string{
		"/v1/status": `{"active": 2, "owner": "ldap1.example.com"}`,
		"/v1/rooms":  `<rooms><room/><room/><room/></rooms>`,
	} {
		pages.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) })
	}
	settings := sdktest.Serve(o, pages)
	settings["credentials"] = sdktest.Secret(o, "usagedata:a password")
	env = sdktest.Env(o, sdktest.On{Sources: map[string]any{"recorder": settings}})
	return env, func() {
		for _, end := range *o.ends {
			end()
		}
	}
}

// Only the members that the struct names are decoded.
func ExampleJSON() {
	type status struct {
		Active *uint32 `json:"active" usage:"active"`
	}
	env, stop := running()
	defer stop()
	api := httpapi.Open(env, "recorder")
	read, err := httpapi.JSON[status](context.Background(), api, "/v1/status")
	fmt.Println(*read.Active, err)
	_, err = httpapi.JSON[status](context.Background(), api, "/v2/status")
	fmt.Println(err)
	// Output:
	// 2 <nil>
	// status 404: not available on this release of the product
}

// The XMLName tells the answer from a page for people.
func ExampleXML() {
	type rooms struct {
		XMLName xml.Name   `xml:"rooms"`
		Rooms   []struct{} `xml:"room"`
	}
	env, stop := running()
	defer stop()
	read, err := httpapi.XML[rooms](context.Background(), httpapi.Open(env, "recorder"), "/v1/rooms")
	fmt.Println(len(read.Rooms), err)
	// Output: 3 <nil>
}

// [httpapi.Open] neither reads nor connects. If the source is not configured, a read returns this as
// its reason.
func ExampleOpen() {
	api := httpapi.Open(sdktest.Env(outside{}, sdktest.On{}), "recorder")
	_, err := httpapi.JSON[map[string]int](context.Background(), api, "/v1/status")
	fmt.Println(sdk.Explain(err).Sentence())
	// Output: not available: the source is not configured
}
