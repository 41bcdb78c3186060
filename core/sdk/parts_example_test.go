package sdk_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
)

// t is the test in which the examples' plugins run.
var t = example{}

type example struct{ testing.TB }

func (example) Helper()                           {}
func (example) Context() context.Context          { return context.Background() }
func (example) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

func collect(read func(context.Context, sdk.Period) (counts, error)) sdktest.Result {
	return sdktest.Collect(t, []byte(profileYAML), func(sdk.Env) ([]sdk.Category, error) {
		return []sdk.Category{sdk.Collect("counts", read)}, nil
	}, sdktest.On{Root: "testdata/example"})
}

func number(n uint32) *uint32 { return &n }

// What a collector returns is a struct of the profile's fields. A nil pointer is not sent; zero is.
func ExampleCollect() {
	got := collect(func(context.Context, sdk.Period) (counts, error) {
		return counts{Users: number(0)}, nil
	})
	fmt.Println(got.Values["counts"])
	// Output: map[users:0]
}

// The explicit reason is found wherever the error is wrapped. What is around it goes to the log only.
func ExampleNotAvailable() {
	got := collect(func(context.Context, sdk.Period) (counts, error) {
		return counts{}, fmt.Errorf("look for the counts: %w", sdk.NotAvailable(sdk.NotOnRelease))
	})
	fmt.Println(got.Omitted["counts"].Sentence())
	// Output: not available on this release of the product
}

// A source that is not configured is no failure: it costs what is read from it, and is no line of the log.
func Example_notConfigured() {
	got := collect(func(context.Context, sdk.Period) (counts, error) {
		return counts{}, fmt.Errorf("ask the recorder: %w", sdk.ErrNotConfigured)
	})
	fmt.Println(got.Omitted["counts"].Sentence(), got.Log == "")
	// Output: not available: the source is not configured true
}

// A product that has no such thing says so; that is no failure, and no line of the log.
func ExampleNotApplicable() {
	got := collect(func(context.Context, sdk.Period) (counts, error) { return counts{}, sdk.NotApplicable() })
	fmt.Println(got.Omitted["counts"].Sentence(), got.Log == "")
	// Output: not applicable to this product true
}

// A field that can't be read costs itself, not its category.
func ExampleLacking() {
	got := collect(func(context.Context, sdk.Period) (counts, error) {
		var lacking sdk.Lacking
		lacking.Add(errors.New("the table of sites is locked"), "sites")
		return counts{Users: number(12)}, lacking.Err()
	})
	fmt.Println(got.Values["counts"])
	fmt.Println("counts.sites", got.Omitted["counts.sites"].Sentence())
	// Output:
	// map[users:12]
	// counts.sites not available: the source reported an error
}

// Two sources are read at the same time. What one of them can't give costs nothing of what the other gives.
func ExampleTogether() {
	users := func(context.Context) (*uint32, error) { return number(12), nil }
	sites := func(context.Context) (*uint32, error) { return nil, sdk.NotAvailable(sdk.Refused) }
	got := collect(func(ctx context.Context, _ sdk.Period) (c counts, err error) {
		lacking := sdk.Together(ctx,
			func(ctx context.Context, lacking *sdk.Lacking) {
				var err error
				c.Users, err = users(ctx)
				lacking.Add(err, "users")
			},
			func(ctx context.Context, lacking *sdk.Lacking) {
				var err error
				c.Sites, err = sites(ctx)
				lacking.Add(err, "sites")
			},
		)
		return c, lacking.Err()
	})
	fmt.Println(got.Values["counts"])
	fmt.Println("counts.sites", got.Omitted["counts.sites"].Sentence())
	// Output:
	// map[users:12]
	// counts.sites not available: connection refused
}

// An administrator keeps the log-in in a file, which the configuration names. The plugin says what is wrong
// with it, and neither where it is nor what is in it.
func ExampleCredentials() {
	path := filepath.Join(os.TempDir(), fmt.Sprint("recorder-", os.Getpid()))
	defer os.Remove(path)
	for _, line := range []string{"usagedata:a password\n", "usagedata\n"} {
		if err := os.WriteFile(path, []byte(line), 0o600); err != nil {
			panic(err)
		}
		user, password, err := sdk.Credentials(path)
		fmt.Println(user, password != "", err)
	}
	// Output:
	// usagedata true <nil>
	//  false the file has no line USER:PASSWORD, or more than one
}

// A client trusts the authorities that the administrator names, or the system's. Transport.Proxy stays nil, because the
// environment is none of the plugin's settings.
func ExampleCertPool() {
	var source struct {
		CA string `json:"ca"` // not configured
	}
	trusted, err := sdk.CertPool(source.CA)
	client := &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12},
	}}
	fmt.Println(client != nil, err)
	_, err = sdk.CertPool("testdata/example/opt/acme/counts.json")
	fmt.Println(err)
	// Output:
	// true <nil>
	// the file has no certificate
}

// What the standard library's errors tell need not be said again.
func ExampleExplain() {
	for _, err := range []error{
		fmt.Errorf("read the counts: %w", fs.ErrNotExist),
		fmt.Errorf("ask the database: %w", context.DeadlineExceeded),
		errors.New("table counts is locked"),
	} {
		fmt.Println(sdk.Explain(err).Sentence())
	}
	// Output:
	// not available: the source does not exist
	// not available: the source did not answer in time
	// not available: the source reported an error
}

// Links of the appliance lead where they lead on the appliance, although the root is a folder here.
func ExampleEnv() {
	root, err := os.MkdirTemp("", "appliance")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(root)
	if err := errors.Join(
		os.MkdirAll(filepath.Join(root, "opt/acme"), 0o755),
		os.WriteFile(filepath.Join(root, "opt/acme/release"), []byte("4.2.1"), 0o644),
		os.Symlink("/opt/acme/release", filepath.Join(root, "release")),
	); err != nil {
		panic(err)
	}
	env := sdktest.Env(t, sdktest.On{Root: root})
	text, err := fs.ReadFile(env.Root, "release")
	fmt.Println(string(text), err)
	// Output: 4.2.1 <nil>
}

// The bound is for what the product might have in the file's place. The error does not name the file.
func ExampleEnv_ReadFile() {
	env := sdktest.Env(t, sdktest.On{Root: "testdata/example"})
	text, err := env.ReadFile(context.Background(), "opt/acme/counts.json", 1024)
	fmt.Println(string(text), err)
	_, err = env.ReadFile(context.Background(), "opt/acme/counts.json", 4)
	fmt.Println(err)
	// Output:
	// {"users": 12, "sites": 3}
	//  <nil>
	// read the file: more than 4 bytes: not available: the source's answer was not understood
}

// Some libraries take nothing but a name on this machine.
func ExampleEnv_Path() {
	env := sdktest.Env(t, sdktest.On{Root: "testdata/example"})
	here, err := filepath.Abs("testdata/example")
	fmt.Println(env.Path("/opt/acme/counts.json") == here+"/opt/acme/counts.json", err)
	// Output: true <nil>
}

// The administrator's settings come as the profile declares them. A source that nobody has configured is no mistake.
func ExampleEnv_Source() {
	env := sdktest.Env(t, sdktest.On{Sources: map[string]any{
		"recorder": map[string]any{"url": "https://localhost:8443/status"},
	}})
	var recorder struct {
		URL string `json:"url"`
	}
	fmt.Println(env.Source("recorder", &recorder), recorder.URL)
	fmt.Println(sdk.Explain(env.Source("database", &recorder)).Sentence())
	// Output:
	// <nil> https://localhost:8443/status
	// not available: the source is not configured
}

// What was read in the last cycle need not be read again, if the product says that it is still the same. Nothing but
// the cost of a cycle may depend on it.
func ExampleMemory() {
	on := sdktest.On{Root: "testdata/example"}
	for range 2 {
		env := sdktest.Env(t, on)
		known, ok := env.Memory.Recall("users, with the tag of the answer")
		fmt.Println(string(known), ok)
		env.Memory.Keep("users, with the tag of the answer", []byte(`{"tag": "4711", "users": 12}`))
		on.Memory = sdktest.Carried(env.Memory) // the host carries it to the next cycle
	}
	// Output:
	//  false
	// {"tag": "4711", "users": 12} true
}

// A day has no zone, and is not moved to another. What is no day is not known, and not sent.
func ExampleDate() {
	tokyo := time.FixedZone("", 9*60*60)
	fmt.Println(sdk.DateOf(time.Date(2026, time.March, 31, 1, 0, 0, 0, tokyo)))
	fmt.Println(sdk.ParseDate("2026-03-31"), sdk.ParseDate("31.3.2026") == sdk.Date{})
	var license struct {
		Until sdk.Date `json:"until"`
	}
	err := json.Unmarshal([]byte(`{"until": "2026-03-31"}`), &license)
	fmt.Println(license.Until, err)
	// Output:
	// 2026-03-31
	// 2026-03-31 true
	// 2026-03-31 <nil>
}

// Several collectors that need the same answer ask for it once.
func ExampleShare() {
	asked := 0
	ask := sdk.Share(func(context.Context) (int, error) { asked++; return 4711, nil })
	for range 3 {
		answer, err := ask(context.Background())
		fmt.Println(answer, err, asked)
	}
	// Output:
	// 4711 <nil> 1
	// 4711 <nil> 1
	// 4711 <nil> 1
}
