package upload

import (
	"context"
	"crypto/tls"
	"fmt"
	"time"
)

// verdictWait bounds how long the collection point is listened to after a handshake that it asked for a certificate in.
const verdictWait = 5 * time.Second

// Shaken is what a handshake told.
type Shaken struct {
	Version string // of TLS
	// Unidentified says that the collection point asked for a certificate of this appliance, which has none, and went on.
	// Whether it wants one, only a document shows: some servers refuse the request.
	Unidentified bool
	// Foreign says that the collection point named the authorities whose certificates it takes, and that none of them has
	// issued this appliance's. It may know how to get from ours to one of them: some servers refuse the request.
	Foreign bool
}

// Shake does what Send does until there is a whole handshake, and sends no request: look-up, proxy, TLS, pins, and this
// appliance's certificate. Its error is Send's, but for the id.
func (s *Sender) Shake(ctx context.Context) (Shaken, error) {
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	s.session.forget() // one that goes on shows no certificate
	c, err := s.secure(ctx)
	if err != nil {
		return Shaken{}, err
	}
	defer c.Close()
	told := Shaken{Version: tls.VersionName(c.ConnectionState().Version), Unidentified: c.identity.asked == without,
		Foreign: c.identity.foreign}
	if c.identity.asked == unasked || c.identity.taken {
		return told, nil
	}
	if err := c.verdict(); err != nil || ctx.Err() != nil {
		return told, explain(ctx, shaking, c.identity.judge(err), c.below.failed())
	}
	return told, nil
}

// verdict waits for what the other side says of the certificate that it asked for. In TLS 1.3 it looks at that when the
// handshake is over for us. We end our side, so that it ends its own: then only an alert is a refusal.
func (c *channel) verdict() error {
	if err := c.SetReadDeadline(time.Now().Add(verdictWait)); err != nil {
		return fmt.Errorf("bound the wait: %w", err)
	}
	_ = c.CloseWrite() // if it fails, the alert may still be there to be read
	_, err := c.Read(make([]byte, 1))
	if ours := c.below.failed(); alertOf(err, remoteAlert) == nil && (ours == nil || byNetwork(ours)) {
		return nil
	}
	return err
}
