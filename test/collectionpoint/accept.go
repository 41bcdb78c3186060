package collectionpoint

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"
)

// patience is the default of [Config].Patience.
const patience = 30 * time.Second

// accept accepts connections until the listener is closed.
func (p *Point) accept() {
	for {
		raw, err := p.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			panic(fmt.Sprintf("collection point: accept: %v", err))
		}
		if connection := p.remember(raw); connection != nil {
			// Taken here and not in the goroutine: connections get their behaviors in the order they came.
			behavior, err := p.script.take()
			p.running.Go(func() { p.greet(connection, behavior, err) })
		}
	}
}

// greet plays the part of a behavior that precedes HTTP, and hands the connection to the server if
// the handshake succeeds.
func (p *Point) greet(c *connection, behavior Behavior, err error) {
	c.begin(behavior)
	switch {
	case err != nil, behavior.Kind == refuse:
		_ = c.Close()
	default:
		p.shakeHands(c, behavior)
	}
}

func (p *Point) shakeHands(c *connection, behavior Behavior) {
	if behavior.Kind == stall {
		wait(p.ctx, behavior.Delay)
	}
	c.secure = tls.Server(c, p.tls)
	ctx, cancel := context.WithTimeout(p.ctx, p.patience)
	defer cancel()
	if err := c.secure.HandshakeContext(ctx); err != nil {
		_ = c.Close()
		return
	}
	if c.secure.ConnectionState().DidResume {
		p.resumed.Add(1)
	}
	select {
	case p.ready <- c.secure:
	case <-p.ctx.Done():
		_ = c.Close()
	}
}

// remember keeps a connection so that [Point.Close] can close it. It returns nil if the point is
// already closed.
func (p *Point) remember(raw net.Conn) *connection {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.accepted.Add(1)
	if p.open == nil {
		_ = raw.Close()
		return nil
	}
	connection := &connection{Conn: raw, point: p}
	p.open[connection] = true
	p.running.Add(1)
	return connection
}

// forget removes a connection that has ended.
func (p *Point) forget(c *connection) {
	defer p.running.Done()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, c)
	p.ended.Broadcast()
}

// hangUp closes all connections; connections that arrive later are closed immediately.
func (p *Point) hangUp() {
	p.mu.Lock()
	open := p.open
	p.open = nil
	p.mu.Unlock()
	for connection := range open {
		_ = connection.Close()
	}
}

// begin sets the connection's behavior.
func (c *connection) begin(behavior Behavior) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.behavior = behavior
	if behavior.Kind == cut {
		c.cutAfter = behavior.Bytes
	}
}

// wait waits for the delay, or until the context ends.
func wait(ctx context.Context, delay time.Duration) {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
