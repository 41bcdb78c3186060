package upload

import (
	"context"
	"crypto/tls"
	"fmt"
	"time"
)

// verdictWait bounds the wait for an alert after a handshake in which the collection point asked
// for a certificate.
const verdictWait = 5 * time.Second

// HandshakeResult is the result of a handshake.
type HandshakeResult struct {
	Version string // of TLS
	// NoCertificate means that the collection point asked for a certificate of this appliance, got
	// none, and went on. Only a document shows whether it requires one: some servers refuse the
	// request.
	NoCertificate bool
	// OtherIssuer means that the collection point named the authorities whose certificates it
	// accepts, and this appliance's certificate was not issued by any of them. It may know a chain
	// from our issuer to one of them: some servers refuse the request.
	OtherIssuer bool
}

// Handshake does everything that [Sender.Send] does up to a full handshake, and sends no request:
// look-up, proxy, TLS, pins, and this appliance's certificate. Its error is that of [Sender.Send],
// without the id.
func (s *Sender) Handshake(ctx context.Context) (HandshakeResult, error) {
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	s.session.forget() // a resumed session shows no certificate
	c, err := s.secure(ctx)
	if err != nil {
		return HandshakeResult{}, err
	}
	defer c.Close()
	result := HandshakeResult{Version: tls.VersionName(c.ConnectionState().Version),
		NoCertificate: c.identity.request == noCertificate, OtherIssuer: c.identity.otherIssuer}
	if c.identity.request == notRequested || c.identity.accepted {
		return result, nil
	}
	if err := c.verdict(); err != nil || ctx.Err() != nil {
		return result, explain(ctx, handshaking, c.identity.judge(err), c.below.firstError())
	}
	return result, nil
}

// verdict waits for the other side's answer to the certificate that it asked for. In TLS 1.3 it
// checks the certificate after the handshake is over for us. We end our side, so that it ends its
// own: then only an alert is a refusal.
func (c *channel) verdict() error {
	if err := c.SetReadDeadline(time.Now().Add(verdictWait)); err != nil {
		return fmt.Errorf("bound the wait: %w", err)
	}
	_ = c.CloseWrite() // if this fails, the alert can perhaps still be read
	_, err := c.Read(make([]byte, 1))
	if ours := c.below.firstError(); alertOf(err, remoteAlert) == nil && (ours == nil || fromNetwork(ours)) {
		return nil
	}
	return err
}
