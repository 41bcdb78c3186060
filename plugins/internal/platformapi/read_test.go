package platformapi

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
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
		got, err := Read[licenseStatus](t.Context(), c, license)
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
		{"the same page again and again", 250, 100, sdk.Malformed, false},
		{"no items", 250, 0, sdk.Malformed, false},
		{"more than we read", 100*maxPages + 1, 100, sdk.Unexplained, true},
	}
	for _, row := range table {
		c := odd(t, func(w http.ResponseWriter, r *http.Request) { pageOf(w, row.total, row.items) })
		var last error
		for _, err := range Items[device](t.Context(), c, devices) {
			last = err
		}
		if last == nil || sdk.Explain(last) != row.want || errors.Is(last, ErrTooLong) != row.tooLong {
			t.Errorf("%s: got %v, want %q", row.name, last, row.want)
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
	got, err := Read[licenseStatus](t.Context(), c, license)
	if err != nil || got.SerialNumber == nil || got.Burst != nil {
		t.Errorf("an older version: got %+v, %v, want what it has", got, err)
	}
	for name, resource := range map[string]Resource{"404": calls, "406": {devices.Path, "plcm-gadget-list", 2}} {
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
		pageOf(w, 4, 2)
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
		if got, err := Read[licenseStatus](t.Context(), c, license); err != nil || got.SerialNumber == nil {
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
