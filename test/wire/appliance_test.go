package wire

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/gate"
	"polycom.com/usagedata/core/upload"
	"polycom.com/usagedata/core/window"
)

const (
	host  = "collection.example.invalid"
	tries = 5 // in an hour, as a service makes them, but here without a pause
)

// outcome is the result of an hour.
type outcome struct {
	Sent    int    // documents that were accepted
	In, Out int64  // bytes, counted by the gate
	Spent   int64  // bytes, counted by the budget
	Last    string // error
	Seen    seen
}

// playAppliance sends the waiting documents, at one end of a link that it creates.
func playAppliance(s scene) (o outcome, err error) {
	p, err := startPoint(s)
	if err != nil {
		return o, err
	}
	defer p.end()
	folder, err := os.MkdirTemp("", "wire")
	if err != nil {
		return o, err
	}
	defer os.RemoveAll(folder)
	if err := errors.Join(p.lay(s), resolveBy(filepath.Join(folder, "resolv.conf"), s.addresses()[1])); err != nil {
		return o, err
	}
	a, err := newAppliance(s, folder, p.authority)
	if err != nil {
		return o, err
	}
	if err := a.deliver(&o); err != nil {
		return o, err
	}
	o.Seen, err = p.counted()
	return o, err
}

// resolveBy makes this address the only name server.
func resolveBy(file, address string) error {
	if err := os.WriteFile(file, []byte("nameserver "+address+"\n"), 0o644); err != nil {
		return err
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("mount: %w", err)
	}
	if err := unix.Mount(file, "/etc/resolv.conf", "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("mount: %w", err)
	}
	return nil
}

// appliance has the packages that every byte passes through.
type appliance struct {
	gate    *gate.Gate
	sender  *upload.Sender
	waiting [][]byte
}

// always is a decision that never ends.
type always struct{}

func (always) Check() error           { return nil }
func (always) Ended() <-chan struct{} { return nil }

func newAppliance(s scene, folder string, authority []byte) (*appliance, error) {
	money, err := budget.Open(durable.OS{}, filepath.Join(folder, "budget"), limit)
	if err != nil {
		return nil, err
	}
	start, noon := time.Now(), time.Date(2026, 3, 1, 12, 10, 0, 0, time.UTC)
	a := &appliance{gate: &gate.Gate{
		Window: window.Window{Before: 5 * time.Minute, After: 5 * time.Minute}, Budget: money,
		Consent: func(context.Context) gate.Decision { return always{} },
		Now:     func() time.Time { return noon.Add(time.Since(start)) },
	}}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	a.sender, err = upload.New(upload.Config{Host: host, Port: 8443, Product: "acme", Roots: roots,
		UserAgent: "usagedata/1.0.0", DialContext: a.gate.DialContext, Timeout: s.timeout()})
	for range backup {
		a.waiting = append(a.waiting, document(s.Packed))
	}
	return a, err
}

// document returns a document that does not compress below this size.
func document(packed int) []byte {
	if packed == 0 {
		packed = usual
	}
	noise := make([]byte, packed)
	_, _ = rand.Read(noise)
	return []byte(`{"product": {"id": "acme"}, "values": "` + hex.EncodeToString(noise) + "\"}\n")
}

// deliver delivers as cycles do: document after document until one fails, and a few retries.
func (a *appliance) deliver(o *outcome) error {
	for failed := 0; failed < tries && o.Sent < len(a.waiting); {
		another := o.Sent < len(a.waiting)-1
		err := a.sender.Send(context.Background(), fmt.Sprint("acme-", o.Sent), a.waiting[o.Sent], another)
		if settled := a.gate.Budget.Settle(a.gate.Now()); settled != nil {
			return settled
		}
		if err == nil {
			o.Sent++
			continue
		}
		failed++
		o.Last = err.Error()
	}
	o.In, o.Out = a.gate.Wire()
	o.Spent = a.gate.Budget.Spent(a.gate.Now())
	return nil
}
