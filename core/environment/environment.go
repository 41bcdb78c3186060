// Package environment keeps what the promises rest on from depending on the environment variables that the process
// happens to be started with. Trust comes from the profile, the configuration or the system, the way to the collection
// point from the configuration (SEND-2), and how much is used from the code (SEND-5): a variable of a login shell, of
// /etc/environment or of a product's start script changes none of them.
package environment

import (
	"math"
	"os"
	"runtime/debug"
	"slices"
	"strings"
)

// kept are the variables that have a meaning here: the local clock, who decides (for the record), the date of the
// manual's pages, systemd's, and those of builds for tests. All others are removed, also those that no one has thought
// of.
var kept = []string{
	"TZ", "TZDIR", "SUDO_USER", "SOURCE_DATE_EPOCH",
	"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES",
	"GORACE", "GOCOVERDIR",
}

// expected are those that an administrator may expect to have an effect, because they have one on other programs: on
// trust and the keys of TLS, on the way to the collection point, on how names are looked up, on where time zones are,
// and on Go itself, which takes old ciphers or other roots by them, or more memory.
var expected = []string{
	"SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE",
	"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy",
	"RES_OPTIONS", "LOCALDOMAIN", "HOSTALIASES", "ZONEINFO",
	"GODEBUG", "GOGC", "GOMEMLIMIT",
}

// garbage bounds the memory that is no longer in use, in percent of the memory that is. With Go's
// usual 100, the names of 50,000 people would take twice their room at the peak (SEND-5).
const garbage = 30

// Clean removes every variable that has no meaning here, and returns the names of those that somebody may miss, sorted.
// It must be called before anything else: crypto/x509, net and net/http read their variables at the first use. What
// the runtime has read already, at its start, is set back as far as it can be: the bounds of memory. (What GOTRACEBACK
// makes longer are stack traces, which hold no text, and a core dump is not made in any case.)
func Clean() (ignored []string) {
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if slices.Contains(kept, name) {
			continue
		}
		if slices.Contains(expected, name) {
			ignored = append(ignored, name)
		}
		_ = os.Unsetenv(name) // fails for the empty name only, which no one asks for
	}
	debug.SetGCPercent(garbage)
	debug.SetMemoryLimit(math.MaxInt64)
	slices.Sort(ignored)
	return ignored
}
