package upload

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"
)

// Hints about how to fix a failure. Their keys are those of config.yaml.
const (
	hintWay      = "look at firewall and routes between here and there, or name a proxy as proxy.url; it is tried again"
	hintPoint    = "check collection_point.host and collection_point.port, and what is in between"
	hintProxy    = "check proxy.url, and the proxy itself"
	hintNames    = "check the name servers in /etc/resolv.conf, and collection_point.host"
	hintOurProxy = "check the name servers in /etc/resolv.conf, and proxy.url"
	hintOld      = "ask the collection point's operator to offer TLS 1.2 or newer; what is in between may be older too"
	hintTrust    = "collection_point.ca names the authorities to trust; what is in between may show a certificate of " +
		"its own"
	hintNone  = "install the package ca-certificates, or name a PEM file with collection_point.ca"
	hintClock = "compare the clock with `date -u`, and see that it is kept in time"
	hintPins  = "what is in between may show a certificate of its own; if the collection point has new keys, give " +
		"theirs as collection_point.pins"
	hintIdentity = "collection_point.certificate and collection_point.key name the files; the collection point's " +
		"operator issues them"
	hintPerhaps = "look at collection_point.certificate and collection_point.key first; if they are right, look at " +
		"firewall and routes between here and there"
	hintHandshake = "ask the collection point's operator to request the appliance's certificate in the handshake, " +
		"for the whole server and not for a folder"
	hintThere  = "the cause is at the collection point, whose operator finds it there; what waits is sent again"
	hintFolder = "the folder for this product may be missing on the collection point: ask its operator; it is tried " +
		"again for 7 days"
	hintVersions = "the product's vendor looks at the document that is kept, and at the version of its profile that the " +
		"collection point knows"
	hintSmaller = "a server or a proxy in between may take less than 100 KB in one request: ask the collection point's " +
		"operator"
	hintAllow    = "allow CONNECT to the collection point's host and port at the proxy"
	hintBeyond   = "look whether the proxy resolves and reaches the collection point's host and port"
	hintPassword = "proxy.credentials names a file of one line USER:PASSWORD; only basic authentication is known"
)

// rejections says why a document is refused for good. The appliance's certificate is a separate
// question: see [question.doubt].
var rejections = map[int]telling{
	http.StatusBadRequest:            {": the collection point could not read the document", hintVersions},
	http.StatusUnauthorized:          {": the collection point does not take documents from this appliance", hintPoint},
	http.StatusForbidden:             {": the collection point does not take documents from this appliance", hintPoint},
	http.StatusNotFound:              {": the collection point does not know the product, or is none", hintPoint},
	http.StatusGone:                  {": the collection point takes no more documents of this product", hintVersions},
	http.StatusMethodNotAllowed:      {": this server stores no documents: it is probably no collection point", hintPoint},
	http.StatusRequestEntityTooLarge: {": the document is larger than the server takes", hintSmaller},
	http.StatusUnsupportedMediaType:  {": the collection point does not know this form of documents", hintVersions},
	http.StatusUnprocessableEntity:   {": the collection point read the document and found it wrong", hintVersions},
}

// otherRejection is for all other answers about the document.
var otherRejection = telling{": the collection point does not want the document", hintVersions}

// certificate describes errors about the other side's identity.
func certificate(err error, now time.Time) telling {
	var (
		host    x509.HostnameError
		unknown x509.UnknownAuthorityError
		invalid x509.CertificateInvalidError
		other   *tls.CertificateVerificationError
		noTLS   tls.RecordHeaderError
	)
	switch {
	case errors.Is(err, errUnpinned):
		return telling{"the certificate is verified, but no key of it is pinned", hintPins}
	case errors.As(err, &host):
		return telling{"the certificate is for another host: check the name of the collection point, or what is in between",
			hintPoint}
	case errors.Is(err, errNoAuthorities):
		return telling{errNoAuthorities.Error(), hintNone}
	case errors.As(err, &unknown):
		return telling{"the certificate is from an unknown authority: check the trusted roots, or what is in between",
			hintTrust}
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return outOfDate(invalid.Cert, now)
	case errors.As(err, &other), errors.As(err, &invalid):
		return telling{"the certificate is not valid", hintTrust}
	case errors.As(err, &noTLS):
		return telling{"the other side does not speak TLS: check the port, or what is in between", hintPoint}
	case isAlert(alertOf(err, remoteAlert), protocolVersion):
		return telling{"the collection point speaks no version of TLS that is safe: TLS 1.2 or newer is wanted", hintOld}
	case alertOf(err, remoteAlert) != nil:
		return telling{"the collection point refused the TLS handshake", hintPoint}
	}
	return telling{}
}

// outOfDate distinguishes a certificate that is not valid yet from one that is expired. A
// certificate is rarely used before its time, so in that case the clock is the first suspect.
func outOfDate(c *x509.Certificate, now time.Time) telling {
	if c != nil && now.Before(c.NotBefore) {
		return telling{"the certificate is not valid yet: the clock of this appliance is probably behind", hintClock}
	}
	return telling{"the certificate is expired, or the clock of this appliance is ahead", hintClock}
}

// proxied describes a proxy's answer.
func proxied(err error) telling {
	var answer proxyError
	if !errors.As(err, &answer) {
		return telling{}
	}
	begin := status(answer.code) + " from the proxy: "
	switch answer.code {
	case http.StatusProxyAuthRequired:
		if answer.known {
			return telling{begin + "it does not take the user and the password", hintPassword}
		}
		return telling{begin + "it wants a user and a password", hintPassword}
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusMethodNotAllowed:
		return telling{begin + "it does not let us through to the collection point", hintAllow}
	case http.StatusNotFound, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable,
		http.StatusGatewayTimeout:
		return telling{begin + "it does not reach the collection point", hintBeyond}
	}
	return telling{begin + "it does not connect us", hintProxy}
}

// lookup describes a failed name look-up.
func lookup(at stage, err error) telling {
	var dns *net.DNSError
	if !errors.As(err, &dns) {
		return telling{}
	}
	hint := hintNames
	if at == reaching {
		hint = hintOurProxy
	}
	if dns.IsNotFound {
		return telling{"name not found: no name server knows " + at.whom(), hint}
	}
	return telling{"name look-up failed: no name server answered for " + at.whom(), hint}
}

// connection describes a failure on the network.
func connection(at stage, err error) telling {
	hint := hintWay
	if at == reaching || at == tunnelling {
		hint = hintProxy
	}
	var timeout net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return telling{"connection refused by " + at.whom() + ": nothing listens there, or something in between forbids it",
			hint}
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return telling{"no route to " + at.whom(), hint}
	case errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return timedOut(at)
	case hungUp(err):
		return telling{"the connection ended before the answer did: reset by " + at.whom() +
			", or something in between", hint}
	}
	return telling{}
}

// hungUp reports whether the other side, or something in between, ended the connection.
func hungUp(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

func timedOut(at stage) telling {
	if at == reaching || at == tunnelling {
		return telling{"timed out: the proxy did not answer in time", hintProxy}
	}
	return telling{"timed out: the collection point did not answer in time", hintWay}
}
