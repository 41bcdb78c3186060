package receiver

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

func tlsChecks() []Check {
	secure := []string{"SEND-2"}
	const thirteen, twelve = "tls.thirteen", "tls.twelve"
	return []Check{
		{ID: certificateID, Serves: secure,
			Holds: "The certificate is for the URL's host, valid now, and signed by a known authority.",
			Why:   "An appliance sends to no other server.", judge: certified},
		{ID: thirteen, Serves: secure, Holds: "A handshake of TLS 1.3 succeeds.",
			Why:   "In TLS 1.2 the certificates of appliances are in clear on the wire.",
			judge: speaks(tls.VersionTLS13)},
		{ID: twelve, Level: recommended, Serves: secure, Holds: "A handshake of TLS 1.2 succeeds.",
			Why: "Networks with old inspection do not let TLS 1.3 pass.", judge: speaks(tls.VersionTLS12)},
		{ID: "tls.old", Serves: secure, Holds: "A handshake of TLS 1.0 or 1.1 is refused.",
			Why: "These versions are broken.", judge: refusesOldTLS},
		{ID: "tls.tickets", after: []string{thirteen}, Serves: []string{"SEND-4"},
			Holds: "A handshake brings at most 15 session tickets.",
			Why:   "An appliance does not get past more, and each costs some of its bytes.", judge: countsTickets},
		{ID: "tls.resumed", Level: recommended, needs: []string{acceptsID}, after: []string{thirteen, twelve},
			Serves: []string{"SEND-4"}, Holds: "A second connection resumes the session of the first.",
			Why: "It saves the certificates, which count as the appliance's bytes each hour.", judge: resumes},
		{ID: "tls.expiry", Level: recommended, Serves: secure, Holds: "The certificate is valid for two weeks more.",
			Why: "When it expires, no appliance delivers.", judge: lasts},
		{ID: "tls.anonymous", Level: recommended, Serves: []string{"COLL-1"},
			Holds: "Where certificates of appliances are asked for, a client without one is refused in the " +
				"handshake or with 503.",
			Why: "Any 4xx may be taken for a refusal of the document.", judge: asksNicely},
	}
}

func certified(ctx context.Context, v *visit) finding {
	c, err := v.dial(ctx)
	if err != nil {
		return fail("The handshake failed.").with(err.Error())
	}
	defer c.end()
	return pass("Valid until %s.", c.ConnectionState().PeerCertificates[0].NotAfter.UTC().Format("2 January 2006"))
}

func lasts(ctx context.Context, v *visit) finding {
	c, err := v.dial(ctx)
	if err != nil {
		return fail("The handshake failed.").with(err.Error())
	}
	defer c.end()
	for _, one := range c.ConnectionState().PeerCertificates {
		if one.NotAfter.Before(v.now().Add(14 * 24 * time.Hour)) {
			return fail("A certificate of the chain expires on %s.", one.NotAfter.UTC().Format("2 January 2006"))
		}
	}
	return pass("")
}

// version returns the configuration of a client with one version of TLS.
func (v *visit) version(version uint16) *tls.Config {
	c := v.tls()
	c.MinVersion, c.MaxVersion = version, version
	return c
}

func speaks(version uint16) func(context.Context, *visit) finding {
	return func(ctx context.Context, v *visit) finding {
		c, err := v.dialWith(ctx, v.version(version))
		if err != nil {
			return fail("The handshake failed.").with(err.Error())
		}
		c.end()
		return pass("")
	}
}

func refusesOldTLS(ctx context.Context, v *visit) finding {
	var problems []string
	for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS11} {
		if c, err := v.dialWith(ctx, v.version(version)); err == nil {
			c.end()
			problems = append(problems, tls.VersionName(version))
		}
	}
	return failIfAny(problems, "A handshake of an old version succeeded.")
}

// sessions keeps the newest session, and counts tickets.
type sessions struct {
	mu    sync.Mutex
	state *tls.ClientSessionState
	count int
}

func (s *sessions) Get(string) (*tls.ClientSessionState, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state, s.state != nil
}

func (s *sessions) Put(_ string, state *tls.ClientSessionState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = state
	s.count++
}

// visitWith connects and sends a document; it returns whether the session was resumed, and the bytes of
// the handshake.
func (v *visit) visitWith(ctx context.Context, config *tls.Config) (resumed bool, bytes int64, err error) {
	c, err := v.dialWith(ctx, config)
	if err != nil {
		return false, 0, err
	}
	defer c.end()
	bytes = c.raw.bytes.Load()
	_, err = v.over(c, v.put(v.document(), "gzip"))
	return c.ConnectionState().DidResume, bytes, err
}

const tooMany = 15

func countsTickets(ctx context.Context, v *visit) finding {
	if v.fails("tls.thirteen") {
		return notApplicable("TLS 1.2 has one ticket at most.")
	}
	cache, config := &sessions{}, v.version(tls.VersionTLS13)
	config.ClientSessionCache = cache
	_, _, err := v.visitWith(ctx, config)
	switch {
	case cache.count > tooMany, err != nil && strings.Contains(err.Error(), "non-advancing records"):
		return fail("There were more than %d tickets.", tooMany)
	case err != nil:
		return fail("There was no answer.").with(err.Error())
	}
	return pass("Tickets: %d.", cache.count)
}

func resumes(ctx context.Context, v *visit) finding {
	var problems, figures []string
	for _, version := range []uint16{tls.VersionTLS13, tls.VersionTLS12} {
		if v.fails(map[uint16]string{tls.VersionTLS13: "tls.thirteen", tls.VersionTLS12: "tls.twelve"}[version]) {
			continue
		}
		config, name := v.version(version), tls.VersionName(version)
		config.ClientSessionCache = &sessions{}
		_, full, err := v.visitWith(ctx, config)
		resumed, short, again := v.visitWith(ctx, config)
		switch {
		case err != nil || again != nil:
			problems = append(problems, fmt.Sprintf("%s: %v", name, errors.Join(err, again)))
		case !resumed:
			problems = append(problems, name+": the second handshake was a full one")
		default:
			figures = append(figures, fmt.Sprintf("%s: %d bytes, resumed %d", name, full, short))
		}
	}
	if len(problems) > 0 {
		return fail("A session was not resumed.").with(problems...)
	}
	return pass("Handshakes of %s.", strings.Join(figures, "; "))
}

func asksNicely(ctx context.Context, v *visit) finding {
	asked, config := false, v.tls()
	config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		asked = true
		return new(tls.Certificate), nil
	}
	c, err := v.dialWith(ctx, config)
	if err != nil && !asked {
		return fail("The handshake failed.").with(err.Error())
	}
	if !asked {
		c.end()
		return notApplicable("The collection point does not ask for certificates of appliances.")
	}
	if err != nil {
		return pass("The handshake is refused.")
	}
	defer c.end()
	a, err := v.over(c, v.put(v.document(), "gzip"))
	switch {
	case err != nil:
		return pass("The handshake is refused.")
	case a.final() || a.status == 409:
		return fail("The document was refused.").with(a.String())
	}
	return pass("The answer is %d.", a.status)
}
