// Package environment keeps the environment variables that the process was started with from
// changing its promises. Trust comes from the profile, the configuration or the system, the way to
// the collection point from the configuration (SEND-2), and the bounds of resources from the code
// (SEND-5). A variable of a login shell, of /etc/environment or of a product's start script changes
// none of these.
package environment

import (
	"math"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
)

// kept lists the variables that have a meaning here: those for the local clock, the user who ran
// sudo (for the record of the decision), the date of the manual pages, systemd, and builds for
// tests. [Clean] removes all others, including those that this list's author did not think of.
var kept = []string{
	"TZ", "TZDIR", "SUDO_USER", "SOURCE_DATE_EPOCH",
	"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES",
	"GORACE", "GOCOVERDIR",
}

// expected lists the variables that an administrator may expect to have an effect, because they
// have one on other programs: on trust and TLS keys, on the way to the collection point, on name
// resolution, on the place of time zone files, and on Go itself, which can be made to accept old
// ciphers or other roots, or to use more memory.
var expected = []string{
	"SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE",
	"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy",
	"RES_OPTIONS", "LOCALDOMAIN", "HOSTALIASES", "ZONEINFO",
	"GODEBUG", "GOGC", "GOMEMLIMIT",
}

// gcPercent is the garbage collector's target: the memory no longer in use, in percent of the
// memory in use. With Go's default of 100, the names of 50,000 people would take twice their size
// at the peak (SEND-5).
const gcPercent = 30

// ballast counts as memory in use, and takes none, because nothing is ever written to it. With it, at
// least 8 MB of garbage is collected at a time: without it, a small process would collect each
// megabyte, twenty times in a cycle, for a fifth of its CPU time.
var ballast atomic.Pointer[[27 << 20]byte]

// Clean removes every variable that has no meaning here, and returns, sorted, the names of those
// that an administrator may have set on purpose. It must be called before anything else, because
// crypto/x509, net and net/http read their variables at the first use. The settings that the
// runtime has read before main are set back if they can be: the bounds of memory. (GOTRACEBACK
// makes stack traces longer, but they hold no text; a core dump is never made.)
func Clean() (ignored []string) {
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if slices.Contains(kept, name) {
			continue
		}
		if slices.Contains(expected, name) {
			ignored = append(ignored, name)
		}
		_ = os.Unsetenv(name) // fails only for the empty name, which never occurs
	}
	ballast.Store(new([27 << 20]byte))
	BoundMemory()
	slices.Sort(ignored)
	return ignored
}

// BoundMemory sets the garbage collector's bounds to those of this program.
func BoundMemory() {
	debug.SetGCPercent(gcPercent)
	debug.SetMemoryLimit(math.MaxInt64)
}
