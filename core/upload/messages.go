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
	hintRoute      = "check firewalls and routes to the collection point, or set proxy.url; the upload is tried again"
	hintPoint      = "check collection_point.host and collection_point.port, and proxies and firewalls in between"
	hintProxy      = "check proxy.url and the proxy itself"
	hintNames      = "check the name servers in /etc/resolv.conf, and collection_point.host"
	hintProxyName  = "check the name servers in /etc/resolv.conf, and proxy.url"
	hintTLSVersion = "ask the collection point's operator to offer TLS 1.2 or newer; a proxy in between may be too old"
	hintTrust      = "collection_point.ca names the trusted authorities; a proxy or firewall in between may present " +
		"its own certificate"
	hintAuthorities = "install the package ca-certificates, or name a PEM file with collection_point.ca"
	hintClock       = "compare the clock with `date -u`, and turn on time synchronization"
	hintPins        = "a proxy or firewall in between may present its own certificate; if the collection point has " +
		"new keys, set collection_point.pins"
	hintIdentity = "collection_point.certificate and collection_point.key name the files; the collection point's " +
		"operator issues them"
	hintIdentityOrRoute = "check collection_point.certificate and collection_point.key first; if they are right, " +
		"check firewalls and routes to the collection point"
	hintHandshake = "ask the collection point's operator to request the appliance's certificate in the handshake, " +
		"for the whole server and not for a folder"
	hintServerSide = "the problem is at the collection point: ask its operator; waiting documents are sent again"
	hintFolder     = "the folder for this product may be missing on the collection point: ask its operator; it is " +
		"tried again for 7 days"
	hintVendor = "ask the product's vendor to compare the kept document with the version of its profile at the " +
		"collection point"
	hintSize = "a server or proxy in between may accept less than 100 KB in one request: ask the collection " +
		"point's operator"
	hintAllow      = "allow CONNECT to the collection point's host and port at the proxy"
	hintProxyRoute = "check whether the proxy resolves and reaches the collection point's host and port"
	hintPassword   = "proxy.credentials names a file with one line USER:PASSWORD; only basic authentication " +
		"is supported"
)

// rejections says why a document is refused for good. The appliance's certificate is a separate
// question: see [certificateRequest.explainRefusal].
var rejections = map[int]explanation{
	http.StatusBadRequest: {": the collection point could not read the document", hintVendor},
	http.StatusUnauthorized: {": the collection point does not accept documents from this appliance",
		hintPoint},
	http.StatusForbidden: {": the collection point does not accept documents from this appliance",
		hintPoint},
	http.StatusNotFound: {": the collection point does not know the product, or is not a collection point",
		hintPoint},
	http.StatusGone: {": the collection point accepts no more documents of this product", hintVendor},
	http.StatusMethodNotAllowed: {": this server stores no documents: it is probably not a collection point",
		hintPoint},
	http.StatusRequestEntityTooLarge: {": the document is larger than the server accepts", hintSize},
	http.StatusUnsupportedMediaType:  {": the collection point does not know this document format", hintVendor},
	http.StatusUnprocessableEntity:   {": the collection point found the document invalid", hintVendor},
}

// otherRejection is for all other answers about the document.
var otherRejection = explanation{": the collection point refused the document", hintVendor}

// serverCertificateFailure describes errors about the other side's identity.
func serverCertificateFailure(err error, now time.Time) explanation {
	var (
		host    x509.HostnameError
		unknown x509.UnknownAuthorityError
		invalid x509.CertificateInvalidError
		other   *tls.CertificateVerificationError
		noTLS   tls.RecordHeaderError
	)
	switch {
	case errors.Is(err, errNoPinnedKey):
		return explanation{"the certificate is valid, but none of its keys is pinned", hintPins}
	case errors.As(err, &host):
		return explanation{"the certificate is for another host, perhaps that of a proxy in between", hintPoint}
	case errors.Is(err, errNoAuthorities):
		return explanation{errNoAuthorities.Error(), hintAuthorities}
	case errors.As(err, &unknown):
		return explanation{"the certificate is from an unknown authority, perhaps that of a proxy in between",
			hintTrust}
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return outOfDate(invalid.Cert, now)
	case errors.As(err, &other), errors.As(err, &invalid):
		return explanation{"the certificate is not valid", hintTrust}
	case errors.As(err, &noTLS):
		return explanation{"the server does not speak TLS", hintPoint}
	case isAlert(alertOf(err, remoteAlert), protocolVersion):
		return explanation{"the collection point offers no safe version of TLS: TLS 1.2 or newer is required",
			hintTLSVersion}
	case alertOf(err, remoteAlert) != nil:
		return explanation{"the collection point refused the TLS handshake", hintPoint}
	}
	return explanation{}
}

// outOfDate distinguishes a certificate that is not valid yet from one that is expired. A
// certificate is rarely used before its time, so in that case the clock is the first suspect.
func outOfDate(c *x509.Certificate, now time.Time) explanation {
	if c != nil && now.Before(c.NotBefore) {
		return explanation{"the certificate is not valid yet: the clock of this appliance is probably behind",
			hintClock}
	}
	return explanation{"the certificate is expired, or the clock of this appliance is ahead", hintClock}
}

// proxyFailure describes a proxy's answer.
func proxyFailure(err error) explanation {
	var answer proxyError
	if !errors.As(err, &answer) {
		return explanation{}
	}
	begin := status(answer.code) + " from the proxy: "
	switch answer.code {
	case http.StatusProxyAuthRequired:
		if answer.known {
			return explanation{begin + "it rejected the user name and password", hintPassword}
		}
		return explanation{begin + "it requires a user name and a password", hintPassword}
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusMethodNotAllowed:
		return explanation{begin + "it does not allow connections to the collection point", hintAllow}
	case http.StatusNotFound, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable,
		http.StatusGatewayTimeout:
		return explanation{begin + "it cannot reach the collection point", hintProxyRoute}
	}
	return explanation{begin + "it refused the connection", hintProxy}
}

// lookupFailure describes a failed name look-up.
func lookupFailure(at stage, err error) explanation {
	var dns *net.DNSError
	if !errors.As(err, &dns) {
		return explanation{}
	}
	hint := hintNames
	if at == reachingProxy {
		hint = hintProxyName
	}
	if dns.IsNotFound {
		return explanation{"name not found: no name server knows " + at.peer(), hint}
	}
	return explanation{"name look-up failed: no name server answered for " + at.peer(), hint}
}

// networkFailure describes a failure on the network.
func networkFailure(at stage, err error) explanation {
	hint := hintRoute
	if at == reachingProxy || at == tunneling {
		hint = hintProxy
	}
	var timeout net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return explanation{"connection refused by " + at.peer() +
			": no server is running there, or a firewall blocks it", hint}
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return explanation{"no route to " + at.peer(), hint}
	case errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return timedOut(at)
	case hungUp(err):
		return explanation{"the connection ended before the answer was complete: reset by " + at.peer() +
			", or by a firewall in between", hint}
	}
	return explanation{}
}

// hungUp reports whether the other side, or something in between, ended the connection.
func hungUp(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

func timedOut(at stage) explanation {
	if at == reachingProxy || at == tunneling {
		return explanation{"timed out: the proxy did not answer in time", hintProxy}
	}
	return explanation{"timed out: the collection point did not answer in time", hintRoute}
}
