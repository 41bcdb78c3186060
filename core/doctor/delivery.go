package doctor

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/gate"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/window"
)

// lookupLimit bounds a look-up: two local name servers that are silent, and the fallback.
const lookupLimit = 40 * time.Second

// trust reports whose certificates are accepted, and where that comes from. Nothing but the configuration, the profile
// and the system decides it.
func (i Installation) trust() Finding {
	const part = "trust"
	point := i.Settings.Installed.Profile.CollectionPoint
	says := ""
	if len(point.Pins) > 0 {
		says = fmt.Sprintf(", and one of %d pinned keys", len(point.Pins))
	}
	switch {
	case i.Settings.CollectionPoint.CA != "":
		return works(part, "the authorities in "+i.Settings.CollectionPoint.CA+" only, by the configuration"+says)
	case point.CA != "":
		file := filepath.Join(i.Settings.Installed.Dir, point.CA)
		return works(part, "the authorities in "+file+" only, by the profile"+says)
	}
	return tried(part, "the system's authorities"+says, hasAuthorities(x509.SystemCertPool()))
}

// hasAuthorities returns an error if the system's authorities are none (S16).
func hasAuthorities(system *x509.CertPool, err error) error {
	if err == nil && system.Equal(x509.NewCertPool()) {
		err = errors.New("this system has no authorities, and no others are configured")
	}
	if err != nil {
		return usage.WithHint(err, "install the package ca-certificates, or name a PEM file with collection_point.ca")
	}
	return nil
}

// collectionPoint resolves the name that an upload would look up, through the gate. It skips that
// without consent and in the blackout, when no byte may leave.
func (i Installation) collectionPoint(ctx context.Context, now time.Time, d consent.Decision) Finding {
	const part = "collection point"
	notNow := skipped(part, "not tried: a look-up sends bytes, and sending is not allowed now")
	if d.Choice != consent.Allowed || !i.Gate.Window.Open(now) {
		return notNow
	}
	ctx, cancel := context.WithTimeout(ctx, lookupLimit)
	defer cancel()
	ctx, release := i.Decision.Hold(ctx, d)
	defer release()
	name, says := i.route()
	_, err := i.Gate.LookupHost(ctx, name)
	if errors.Is(err, gate.ErrClosed) || consent.Of(ctx).Check() != nil { // while the plugin was tried
		return notNow
	}
	if err != nil {
		return failed(part, fmt.Errorf("the name %s is not resolved", name))
	}
	return works(part, says)
}

// route returns the name that is looked up here, the proxy's if there is one, and what to say if it
// is resolved.
func (i Installation) route() (name, says string) {
	point := i.Settings.Installed.Profile.CollectionPoint
	proxy := i.Settings.ProxyAddress()
	if proxy == "" {
		return point.Host, fmt.Sprintf("%s is resolved; port %d", point.Host, point.Port)
	}
	name, _, _ = net.SplitHostPort(proxy) // the configuration is checked
	return name, fmt.Sprintf("the proxy %s is resolved; %s, port %d, is for the proxy to resolve", name, point.Host,
		point.Port)
}

// localClock shows what a person can compare with `date`.
func (i Installation) localClock(now time.Time) Finding {
	return tried("local clock", now.Format("15:04 MST (-07:00)"), i.Clock)
}

func (i Installation) window(now time.Time) Finding {
	if !window.ZoneKnown(now) {
		return skipped("window", "closed: nothing is sent while the local time zone is not understood")
	}
	w := i.Gate.Window
	return works("window",
		fmt.Sprintf("closed from %s before to %s after the hour; this appliance's slot is %s past it, next at %s",
			minutes(w.Before), minutes(w.After), minutes(i.Slot), w.Next(now, i.Slot).Format("15:04:05")))
}

// minutes omits the seconds if there are none.
func minutes(d time.Duration) string {
	if text, whole := strings.CutSuffix(d.Round(time.Second).String(), "m0s"); whole {
		return text + "m"
	}
	return d.Round(time.Second).String()
}
