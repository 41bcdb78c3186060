package upload

import (
	"crypto/tls"
	"errors"
	"net"

	"polycom.com/usagedata/core/usage"
)

// certificateRequest is whether the collection point asked for a certificate of this appliance, and
// which answer it got.
type certificateRequest int

const (
	notRequested  certificateRequest = iota
	noCertificate                    // it asked, and this appliance has no certificate
	certificateSent
)

// identity is this appliance's own certificate in one connection. It is read when the collection
// point asks for it, after the collection point has been verified.
type identity struct {
	read          func() (*tls.Certificate, error) // nil if this appliance has no certificate
	request       certificateRequest               // in this handshake
	requestBefore certificateRequest               // in the handshake of the session that we offer to resume
	resumed       bool                             // that session was resumed
	accepted      bool                             // our answer did not end the handshake
	// our certificate was not issued by an authority that the collection point names
	otherIssuer bool
}

func (i *identity) clientCertificate(request *tls.CertificateRequestInfo) (*tls.Certificate, error) {
	i.request = noCertificate
	if i.read == nil {
		return &tls.Certificate{}, nil // an empty certificate means that this appliance has none
	}
	certificate, err := i.read()
	if err == nil {
		err = checkKeyType(request, certificate)
	}
	if err != nil {
		return nil, ourError{err}
	}
	i.request, i.otherIssuer = certificateSent, request.SupportsCertificate(certificate) != nil
	return certificate, nil
}

// checkKeyType checks only the kind of key. The collection point itself judges the authority: it
// may know a chain from our issuer to one of the authorities that it names.
func checkKeyType(request *tls.CertificateRequestInfo, certificate *tls.Certificate) error {
	keys := *request
	keys.AcceptableCAs = nil
	if keys.SupportsCertificate(certificate) == nil {
		return nil
	}
	return usage.WithHint(errors.New("the collection point does not accept the type of key in this appliance's "+
		"certificate"), hintIdentity)
}

// currentRequest returns the request by which the collection point judges this connection.
func (i *identity) currentRequest() certificateRequest {
	if i.resumed {
		return i.requestBefore
	}
	return i.request
}

// afterRequest is the end of a connection in whose handshake the collection point asked for a
// certificate of this appliance.
type afterRequest struct {
	request certificateRequest
	alert   error // of the other side; nil if it only ended the connection
	err     error
}

func (u afterRequest) Error() string { return u.err.Error() }
func (u afterRequest) Unwrap() error { return u.err }

// judge marks errors that may be about the certificate: an alert, or the end of the connection. In
// TLS 1.3 the collection point checks the certificate after the handshake is over for us, and may
// hang up while we write. Its alert can still be read then, unless a reset was faster.
func (i *identity) judge(err error) error {
	asked := i.currentRequest()
	if err == nil || asked == notRequested {
		return err
	}
	if alert := alertOf(err, remoteAlert); alert != nil || hungUp(err) && !i.accepted && !i.resumed {
		return afterRequest{asked, alert, err}
	}
	return err
}

// The names that crypto/tls gives to an alert of the other side, and to one of our own.
const (
	remoteAlert = "remote error"
	localAlert  = "local error"
)

// alertOf returns the alert of that side in err, or nil.
func alertOf(err error, side string) error {
	var found *net.OpError
	if errors.As(err, &found) && found.Op == side {
		return found.Err
	}
	return nil
}

// isAlert reports whether an alert has this number (RFC 8446, section 6). crypto/tls does not
// export the type.
func isAlert(alert error, number tls.AlertError) bool {
	return alert != nil && alert.Error() == number.Error()
}

// ownCertificateFailure describes errors that concern this appliance's own certificate.
func ownCertificateFailure(err error) explanation {
	var u afterRequest
	switch {
	case isAlert(alertOf(err, localAlert), noRenegotiation):
		return explanation{"the collection point renegotiated TLS, probably to ask for a certificate of this appliance",
			hintHandshake}
	case !errors.As(err, &u):
		return explanation{}
	case u.alert == nil && u.request == certificateSent:
		return explanation{"the collection point asked for this appliance's certificate and then ended the connection",
			hintIdentityOrRoute}
	case u.alert == nil:
		return explanation{"the collection point asked for a certificate, which this appliance does not have, and " +
			"then ended the connection", hintIdentity}
	case u.request == certificateSent:
		return explanation{"the collection point refused the certificate of this appliance" + refusalReason(u.alert),
			hintIdentity}
	}
	return explanation{"the collection point requires a certificate, which this appliance does not have", hintIdentity}
}

const (
	protocolVersion tls.AlertError = 70
	noRenegotiation tls.AlertError = 100
)

// refusalReason returns, in our words, the reason that an alert gives.
func refusalReason(alert error) string {
	for number, words := range map[tls.AlertError]string{
		44: ": it is revoked", 45: ": it is expired by the server's clock", 48: ": its authority is not trusted there",
	} {
		if isAlert(alert, number) {
			return words
		}
	}
	return ""
}
