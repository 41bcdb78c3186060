package sdk_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
)

// t is the test in which the plugins of the examples run.
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

// A collector returns a struct of the profile's fields. A nil pointer is not sent; zero is.
func ExampleCollect() {
	got := collect(func(context.Context, sdk.Period) (counts, error) {
		return counts{Users: number(0)}, nil
	})
	fmt.Println(got.Values["counts"])
	// Output: map[users:0]
}

// The explicit reason is found even if the error is wrapped. The rest of the message goes only to
// the log.
func ExampleNotAvailable() {
	got := collect(func(context.Context, sdk.Period) (counts, error) {
		return counts{}, fmt.Errorf("look for the counts: %w", sdk.NotAvailable(sdk.NotOnRelease))
	})
	fmt.Println(got.Omitted["counts"].Sentence())
	// Output: not available on this release of the product
}

// If a source is not configured, that is not a failure: its fields are missing, and nothing is
// logged.
func Example_notConfigured() {
	got := collect(func(context.Context, sdk.Period) (counts, error) {
		return counts{}, fmt.Errorf("ask the recorder: %w", sdk.ErrNotConfigured)
	})
	fmt.Println(got.Omitted["counts"].Sentence(), got.Log == "")
	// Output: not available: the source is not configured true
}

// If the product does not have such a category, that is not a failure, and nothing is logged.
func ExampleNotApplicable() {
	got := collect(func(context.Context, sdk.Period) (counts, error) { return counts{}, sdk.NotApplicable() })
	fmt.Println(got.Omitted["counts"].Sentence(), got.Log == "")
	// Output: not applicable to this product true
}

// If a field can't be read, only the field is missing, not its category.
func ExampleMissing() {
	got := collect(func(context.Context, sdk.Period) (counts, error) {
		var missing sdk.Missing
		missing.Add(errors.New("the table of sites is locked"), "sites")
		return counts{Users: number(12)}, missing.Err()
	})
	fmt.Println(got.Values["counts"])
	fmt.Println("counts.sites", got.Omitted["counts.sites"].Sentence())
	// Output:
	// map[users:12]
	// counts.sites not available: the source reported an error
}

// Two sources are read at the same time. If one fails, the other's fields are still sent.
func ExampleParallel() {
	users := func(context.Context) (*uint32, error) { return number(12), nil }
	sites := func(context.Context) (*uint32, error) { return nil, sdk.NotAvailable(sdk.Refused) }
	got := collect(func(ctx context.Context, _ sdk.Period) (c counts, err error) {
		missing := sdk.Parallel(ctx,
			func(ctx context.Context, missing *sdk.Missing) {
				var err error
				c.Users, err = users(ctx)
				missing.Add(err, "users")
			},
			func(ctx context.Context, missing *sdk.Missing) {
				var err error
				c.Sites, err = sites(ctx)
				missing.Add(err, "sites")
			},
		)
		return c, missing.Err()
	})
	fmt.Println(got.Values["counts"])
	fmt.Println("counts.sites", got.Omitted["counts.sites"].Sentence())
	// Output:
	// map[users:12]
	// counts.sites not available: connection refused
}

// A plugin with a client of its own makes its connection once, of the administrator's settings.
func ExampleConfigured() {
	type settings struct {
		Address string `json:"address"`
	}
	dial := func(s settings) (string, error) { return "a connection", nil }
	env := sdk.Env{Log: slog.New(slog.DiscardHandler), Sources: map[string]json.RawMessage{
		"recorder": json.RawMessage(`{"address": "localhost:7000"}`), "board": json.RawMessage(`{"port": 7000}`)}}
	for _, name := range []string{"recorder", "board", "phone"} {
		made, err := sdk.Configured(env, name, dial)
		fmt.Println(made, err)
	}
	// Output:
	// a connection <nil>
	//  not available: a setting of the source, or the file that it names, can not be used
	//  not available: the source is not configured
}

// An administrator keeps the credentials in a file, which the configuration names. The error says
// how the file is wrong, but neither its path nor its contents.
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
	//  false the file must have one line, USER:PASSWORD
}

// A token, a community or another secret is the only line of its file, whichever editor wrote it.
func ExampleSecret() {
	path := filepath.Join(os.TempDir(), fmt.Sprint("token-", os.Getpid()))
	defer os.Remove(path)
	for _, text := range []string{"\ufeffabc123\r\n", "abc123\nabc123\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			panic(err)
		}
		fmt.Println(sdk.Secret(path))
	}
	// Output:
	// abc123 <nil>
	//  the file must have one line
}

// A client trusts the authorities that the administrator names, or the system's. Transport.Proxy
// stays nil, because the environment is not a setting of the plugin.
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

// [sdk.Explain] understands the errors of the standard library, so they need no reason of their
// own.
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

// A link leads to the same file as on the appliance, although the root is a folder here.
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

// The bound protects against a larger file in this place. The error does not name the file.
func ExampleEnv_ReadFile() {
	env := sdktest.Env(t, sdktest.On{Root: "testdata/example"})
	text, err := env.ReadFile(context.Background(), "opt/acme/counts.json", 1024)
	fmt.Println(string(text), err)
	_, err = env.ReadFile(context.Background(), "opt/acme/counts.json", 4)
	fmt.Println(err)
	// Output:
	// {"users": 12, "sites": 3}
	//  <nil>
	// read the file: longer than 4 bytes: not available: the source's answer was not understood
}

// Some libraries accept only a path on this machine.
func ExampleEnv_Path() {
	env := sdktest.Env(t, sdktest.On{Root: "testdata/example"})
	here, err := filepath.Abs("testdata/example")
	fmt.Println(env.Path("/opt/acme/counts.json") == here+"/opt/acme/counts.json", err)
	// Output: true <nil>
}

// The administrator's settings arrive as the profile declares them. If a source is not configured,
// that is not an error.
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

// If the product says that an answer is unchanged since the last cycle, it need not be read again.
// Only the cost of a cycle may depend on the carryover.
func ExampleCarryover() {
	on := sdktest.On{Root: "testdata/example"}
	for range 2 {
		env := sdktest.Env(t, on)
		known, ok := env.Carryover.Recall("users, with the tag of the answer")
		fmt.Println(string(known), ok)
		env.Carryover.Keep("users, with the tag of the answer", []byte(`{"tag": "4711", "users": 12}`))
		on.Carryover = sdktest.Carried(env.Carryover) // the host carries it to the next cycle
	}
	// Output:
	//  false
	// {"tag": "4711", "users": 12} true
}

// A field that is the change since the last cycle is not known in the first. The profile declares the
// counter.
func ExampleCounters() {
	on := sdktest.On{Root: "testdata/example"}
	for _, total := range []int64{4700, 4711} { // calls since the product was started
		env := sdktest.Env(t, on)
		last, known := env.Counters.Recall("calls")
		env.Counters.Keep("calls", total)
		if !known || total < last { // the product was started again
			fmt.Println(sdk.NotAvailable(sdk.NotYet))
		} else {
			fmt.Println(total-last, "calls")
		}
		on.Counters = sdktest.Counted(env.Counters) // the host gives them to the next cycle
	}
	// Output:
	// not known yet: it is measured from one cycle to the next
	// 11 calls
}

// A day has no zone and is not moved to another one. If the text is not a day, it is unknown and
// not sent.
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

// If several collectors need the same answer, it is requested once.
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
