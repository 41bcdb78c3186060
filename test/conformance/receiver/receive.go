package receiver

import (
	"context"
	"crypto/tls"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/gate"
	"polycom.com/usagedata/core/upload"
)

func receiveChecks() []Check {
	return []Check{
		{ID: acceptsID, Holds: "A document packed with gzip is accepted with 200, 201 or 204.",
			Why: "Any other status means to an appliance that the document was not stored.", judge: acceptsGzip},
		{ID: "receive.zstd", Holds: "A document packed with zstd is accepted.",
			Why: "Version 0.1.0 of the service sends it, and later versions may.", judge: acceptsCoding("zstd")},
		{ID: "receive.plain", Level: recommended, Holds: "A document that is not packed is accepted.",
			Why:   "No appliance sends it, but people do who look for a fault.",
			judge: acceptsCoding("")},
		{ID: "receive.members", Level: recommended, needs: []string{"resend.coding"},
			Holds: "Several gzip members one after another are one document.",
			Why:   "RFC 1952 permits them, and some libraries write them.", judge: acceptsMembers},
		{ID: "receive.unknown", Holds: "An encoding other than gzip and zstd is refused with 415.",
			Why: "A document that cannot be unpacked is lost if it is acknowledged.", judge: refusesCodings},
		{ID: "receive.sender", Serves: []string{"COLL-1", "SEND-2"},
			Holds: "The appliances' own sender delivers three documents, one after another.",
			Why:   "It is stricter than most clients: bounded answers, verified TLS, no redirects.",
			judge: sendsForReal},
		{ID: "receive.soon", Level: recommended, Holds: "A document is answered within three seconds.",
			Why:   "An appliance has sixty seconds for one try, handshake and a slow network included.",
			judge: answersSoon},
	}
}

func acceptsGzip(ctx context.Context, v *visit) finding {
	a, err := v.send(ctx, v.document())
	switch {
	case err != nil:
		return fail("There was no answer.").with(err.Error())
	case !a.accepts():
		return fail("The document was not accepted.").with(a.String())
	}
	return pass("The answer is %d.", a.status)
}

func acceptsCoding(coding string) func(context.Context, *visit) finding {
	return func(ctx context.Context, v *visit) finding {
		return failIfAny(v.try(ctx, good("a good document", v.put(v.document(), coding))),
			"The document was not accepted.")
	}
}

func acceptsMembers(ctx context.Context, v *visit) finding {
	d := v.document()
	half := len(d.body) / 2
	packed := append(pack("gzip", d.body[:half]), pack("gzip", d.body[half:])...)
	problems := v.try(ctx, good("two members", v.carry(d.product, d.id, "gzip", packed)))
	if len(problems) == 0 {
		problems = v.try(ctx, good("the same in one member", v.put(d, "gzip")))
	}
	return failIfAny(problems, "The document was not taken as a whole.")
}

func refusesCodings(ctx context.Context, v *visit) finding {
	var trials []trial
	for _, coding := range []string{"br", "deflate", "gzip, gzip"} {
		d := v.document()
		body := d.body
		if coding == "gzip, gzip" {
			body = pack("gzip", pack("gzip", body))
		}
		trials = append(trials, answered("Content-Encoding: "+coding, v.carry(d.product, d.id, coding, body), 415))
	}
	return failIfAny(v.try(ctx, trials...), "An encoding was not refused as it should be.")
}

func answersSoon(ctx context.Context, v *visit) finding {
	c, err := v.dial(ctx)
	if err != nil {
		return fail("There was no connection.").with(err.Error())
	}
	defer c.end()
	a, err := v.over(c, v.put(v.document(), "gzip"))
	switch {
	case err != nil:
		return fail("There was no answer.").with(err.Error())
	case a.took > 3*time.Second:
		return fail("The answer took %v.", a.took.Round(time.Millisecond))
	}
	return pass("The answer took %v.", a.took.Round(time.Millisecond))
}

// always is a [gate.Decision] that is always in force.
type always struct{}

func (always) Check() error           { return nil }
func (always) Ended() <-chan struct{} { return nil }

// appliance is the sender of an appliance, with a budget of its own.
type appliance struct {
	*upload.Sender
	gate *gate.Gate
	dir  string
}

// newAppliance returns the sender of an appliance in the middle of a clock hour.
func (v *visit) newAppliance() (*appliance, error) {
	dir, err := os.MkdirTemp("", "conformance-receiver")
	if err != nil {
		return nil, err
	}
	hour, err := budget.Open(durable.OS{}, filepath.Join(dir, "budget"), 10_000_000)
	if err != nil {
		return nil, err
	}
	g := &gate.Gate{Budget: hour, Consent: func(context.Context) gate.Decision { return always{} },
		Now: func() time.Time { return v.now().Truncate(time.Hour).Add(30 * time.Minute) }}
	name, portText, err := net.SplitHostPort(v.host)
	if err != nil {
		name, portText = v.name, "443"
	}
	port, err := strconv.Atoi(portText)
	if err != nil {
		return nil, err
	}
	c := upload.Config{Host: name, Port: port, Product: v.Product, Roots: v.Roots, UserAgent: "usagedata/1.0.0",
		Timeout: answerTime, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return g.DialContext(ctx, network, v.address)
		}}
	if v.Certificate != nil {
		c.Certificate = func() (*tls.Certificate, error) { return v.Certificate, nil }
	}
	s, err := upload.New(c)
	return &appliance{s, g, dir}, err
}

func (a *appliance) close() {
	a.HangUp()
	_ = os.RemoveAll(a.dir)
}

func sendsForReal(ctx context.Context, v *visit) finding {
	a, err := v.newAppliance()
	if err != nil {
		return broke(err)
	}
	defer a.close()
	for n := range 3 {
		d := v.document()
		if err := a.Send(ctx, d.id, d.body, n < 2); err != nil {
			return fail("The sender did not deliver document %d of 3.", n+1).with(err.Error())
		}
		v.stored.Add(1)
	}
	return pass("")
}
