package doctor

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"polycom.com/usagedata/core/config"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/gate"
	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/upload"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/window"
)

// trust reports which certificate authorities are accepted, and why. Only the configuration, the
// profile and the system decide it.
func (i Installation) trust() Finding {
	const part = "trust"
	point := i.Settings.Installed.Profile.CollectionPoint
	says := ""
	if len(point.Pins) > 0 {
		says = fmt.Sprintf(", and one of %d pinned keys", len(point.Pins))
	}
	switch {
	case i.Settings.CollectionPoint.CA != "":
		return works(part,
			"only the certificate authorities in "+i.Settings.CollectionPoint.CA+", from the configuration"+says)
	case point.CA != "":
		file := filepath.Join(i.Settings.Installed.Dir, point.CA)
		return works(part, "only the certificate authorities in "+file+", from the profile"+says)
	}
	return tried(part, "the system's certificate authorities"+says, upload.HasAuthorities(x509.SystemCertPool()))
}

// authorities warns of files of certificate authorities that are less useful than they seem (S6): a
// certificate that cannot be read is ignored, and one that is not valid now fails later, at the
// handshake.
func (i Installation) authorities(now time.Time) (found []Finding) {
	for _, path := range i.Settings.Authorities() {
		err := config.CheckAuthorities(path, now)
		if err != nil && !errors.Is(err, fs.ErrPermission) { // the configuration's part reports that one
			finding := failed("authorities", err)
			finding.State = Warn
			found = append(found, finding)
		}
	}
	return found
}

// ErrNotTried is returned by Shake of an [Installation] if something other than the connection kept
// it from trying; the error gives the reason.
var ErrNotTried = errors.New("not tried")

// collectionPoint performs the TLS handshake of an upload, through the gate, and sends no request
// (S14, S17). It skips that without consent, in the blackout, and while the collection point has
// asked to wait, because no byte may leave then. It also skips it if documents may need the rest of
// the hour's budget.
func (i Installation) collectionPoint(ctx context.Context, now time.Time, d consent.Decision) Finding {
	const part = "collection point"
	notAllowed := skipped(part, "not tried: a handshake sends bytes, and sending is not allowed")
	closed := skipped(part, "not tried: a handshake sends bytes, and nothing is sent around the hour or while the "+
		"local clock is not known")
	switch {
	case i.Settings.ByFile():
		return skipped(part, "not tried: `delivery: file` is configured, so this appliance sends nothing itself")
	case d.Choice != consent.Allowed:
		return notAllowed
	case !i.Gate.Window.Open(now):
		return closed
	}
	if i.Asked.After(now) {
		return skipped(part, "not tried: "+status.AskedToWait(i.Asked, now)+", and nothing is sent before")
	}
	if most := i.Settings.Installed.Profile.Limits.Hour; i.Gate.Budget.Spent(now) > most/2 {
		return skipped(part, fmt.Sprintf("not tried: more than half of the %d bytes of this clock hour are used; the "+
			"rest is reserved for documents", most))
	}
	ctx, release := i.Decision.Hold(ctx, d)
	defer release()
	shaken, err := i.Shake(ctx)
	if consent.Of(ctx).Check() != nil { // it was withdrawn while the plugin or this was tried
		return notAllowed
	}
	if errors.Is(err, gate.ErrClosed) {
		return closed
	}
	if errors.Is(err, ErrNotTried) {
		return skipped(part, err.Error())
	}
	if err != nil {
		return failed(part, err)
	}
	if shaken.NoCertificate {
		return Finding{Part: part, State: Warn,
			Says: i.reached(shaken.Version) + "; it asks for a client certificate, but this appliance has none: it " +
				"may refuse documents",
			Hint: "get a certificate from the collection point's operator, and give the files as " +
				"collection_point.certificate and collection_point.key"}
	}
	if shaken.OtherIssuer {
		return Finding{Part: part, State: Warn,
			Says: i.reached(shaken.Version) + "; this appliance's certificate is not from an authority that it " +
				"accepts: it may refuse documents",
			Hint: "get a certificate from the collection point's operator; if you have one, add the intermediate " +
				"certificates to the file in collection_point.certificate"}
	}
	return works(part, i.reached(shaken.Version))
}

// ownCertificate reports whether this appliance's own certificate is valid now: some collection
// points check it only when a document arrives (S17, T16).
func (i Installation) ownCertificate(now time.Time) []Finding {
	if i.Settings.CollectionPoint.Certificate == "" {
		return nil
	}
	const part = "own certificate"
	own, err := i.Settings.Certificate()
	if err != nil {
		return []Finding{failed(part, err)}
	}
	from, until := usage.Moment(own.Leaf.NotBefore, now.Location()), usage.Moment(own.Leaf.NotAfter, now.Location())
	switch {
	case now.After(own.Leaf.NotAfter):
		err = usage.WithHint(errors.New("expired since "+until),
			"get a new one from the collection point's operator; the file is read for each upload")
	case now.Before(own.Leaf.NotBefore):
		err = usage.WithHint(errors.New("not valid before "+from), "check the clock with `date -u`; if it is right, "+
			"ask the collection point's operator")
	}
	return []Finding{tried(part, "valid until "+until, err)}
}

// reached describes the connection of a handshake that succeeded.
func (i Installation) reached(version string) string {
	point := i.Settings.Installed.Profile.CollectionPoint
	says := fmt.Sprintf("%s, port %d: connected with %s, certificate trusted", point.Host, point.Port, version)
	if i.Settings.ProxyAddress() != "" {
		says += ", through the configured proxy"
	}
	return says
}

// localClock shows the time so that a person can compare it with `date`.
func (i Installation) localClock(now time.Time) Finding {
	return tried("local clock", now.Format("2006-01-02 15:04 MST (-07:00)"), i.Clock)
}

func (i Installation) window(now time.Time) Finding {
	if !window.Known(now) {
		return skipped("window", "closed: nothing is sent while the local clock is not known")
	}
	w := i.Gate.Window
	if i.Undrawn {
		return works("window",
			fmt.Sprintf("closed from %s before to %s after the hour; this appliance's slot is drawn when the service "+
				"first starts", minutes(w.Before), minutes(w.After)))
	}
	return works("window",
		fmt.Sprintf("closed from %s before to %s after the hour; this appliance's slot is %s past the hour, next at %s",
			minutes(w.Before), minutes(w.After), minutes(i.Slot), w.Next(now, i.Slot).Format("15:04:05")))
}

// minutes formats a duration, without seconds if there are none.
func minutes(d time.Duration) string {
	if text, whole := strings.CutSuffix(d.Round(time.Second).String(), "m0s"); whole {
		return text + "m"
	}
	return d.Round(time.Second).String()
}
