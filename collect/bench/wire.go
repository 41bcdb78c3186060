package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"polycom.com/usagedata/core/upload"
)

// The ways in which documents come.
const (
	firstTime = "one connection each, full handshake"
	resumed   = "one connection each, resumed session"
	backlog   = "a backlog over kept connections"
)

// uploads sends documents over TLS, by the sender of the appliances, to the receiver and to nginx in turns.
func uploads(o options, f *fleet) error {
	for _, way := range []string{firstTime, resumed, backlog} {
		t := table{unit: "requests/s", rows: []*row{
			{name: "receiver", server: receiver},
			{name: "nginx, 204", server: noContent},
			{name: "nginx, WebDAV PUT", server: webdav},
		}}
		for n := range o.rounds {
			for _, r := range t.rows {
				got, err := oneServer(o, f, r.server, way)
				if err != nil {
					return fmt.Errorf("%s, %s: %w", r.name, way, err)
				}
				r.add(n, got)
			}
		}
		fmt.Fprintf(o.out, "Over TLS, %s; %d senders on the same processors, receiver gathers %v.\n\n",
			way, o.senders, o.gather)
		t.print(o.out)
	}
	return nil
}

func oneServer(o options, f *fleet, of contestant, way string) (got figures, err error) {
	s, err := newServer(o, of)
	if err != nil {
		return got, err
	}
	defer s.stop()
	var took times
	var all sync.WaitGroup
	watch, began, cpu := watchServer(s.pid()), time.Now(), cpuOf(s.pid())
	failed := make(chan error, o.senders)
	for n := range o.senders {
		all.Go(func() { failed <- send(s, f, way, f.product(n), (o.uploads+n)/o.senders, &took) })
	}
	all.Wait()
	close(failed)
	for one := range failed {
		err = errors.Join(err, one)
	}
	got.Took, got.CPU, got.Others = time.Since(began), cpuOf(s.pid())-cpu, watch.others()
	got.Memory = memoryOf(s.pid(), "VmHWM")
	if s.stored != "" {
		got.Stored, got.Files = sizeOf(s.stored)
	}
	took.into(&got)
	return got, err
}

// send sends so many documents one after another.
func send(s *process, f *fleet, way, product string, count int, took *times) error {
	var sender *upload.Sender
	for n := range count {
		if sender == nil || way == firstTime {
			var err error
			sender, err = upload.New(upload.Config{
				Host: "localhost", Port: s.port, Product: product,
				Roots: s.authority.Pool(), UserAgent: "usagedata/1.0.0",
				DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
					return new(net.Dialer).DialContext(ctx, network, s.address())
				},
			})
			if err != nil {
				return err
			}
		}
		id, body := f.next(product, n)
		began := time.Now()
		if err := sender.Send(context.Background(), id, body, way == backlog && n < count-1); err != nil {
			return err
		}
		took.add(time.Since(began))
	}
	return nil
}
