package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// How documents are published.
const (
	async  = "async"  // by one publisher, with so many outstanding
	blocks = "sync"   // by so many publishers, each with one outstanding
	atomic = "atomic" // in atomic batches of so many
)

// runJetStream publishes the documents, as they are sent, to a JetStream server in this process. It
// neither unpacks nor checks them.
func runJetStream(o options) (f figures, err error) {
	documents, err := openPackages(o.file, o.documents)
	if err != nil {
		return f, err
	}
	ns, err := server.NewServer(&server.Options{
		DontListen: true, JetStream: true, StoreDir: o.folder, SyncAlways: o.synced, NoLog: true, NoSigs: true,
	})
	if err != nil {
		return f, err
	}
	ns.Start()
	defer ns.Shutdown()
	if !ns.ReadyForConnections(20 * time.Second) {
		return f, errors.New("JetStream does not start")
	}
	nc, err := nats.Connect("", nats.InProcessServer(ns))
	if err != nil {
		return f, err
	}
	defer nc.Close()
	js, err := jetstream.New(nc, jetstream.WithPublishAsyncMaxPending(o.outstanding))
	if err != nil {
		return f, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Minute)
	defer cancel()
	_, err = js.CreateStream(ctx, jetstream.StreamConfig{
		Name: "usage", Subjects: []string{"usage.>"}, Storage: jetstream.FileStorage,
		AllowAtomicPublish: o.publish == atomic,
	})
	if err != nil {
		return f, err
	}
	var took times
	cpu, began := ownCPU(syscall.RUSAGE_SELF), time.Now()
	switch o.publish {
	case async:
		err = publishAsync(js, documents, o.outstanding, &took)
	case blocks:
		err = publishSync(ctx, js, documents, o.outstanding, &took)
	case atomic:
		err = publishAtomic(ctx, nc, documents, o.outstanding, &took)
	}
	f.Took, f.CPU = time.Since(began), ownCPU(syscall.RUSAGE_SELF)-cpu
	took.into(&f)
	return f, err
}

type acknowledgment struct {
	begun  time.Time
	future jetstream.PubAckFuture
}

// publishAsync awaits the acknowledgments in the order of the documents, in which the server gives them.
func publishAsync(js jetstream.JetStream, documents *packages, outstanding int, took *times) (err error) {
	waiting := make(chan acknowledgment, outstanding)
	done := make(chan error, 1)
	go func() {
		var failed error
		for a := range waiting {
			select {
			case <-a.future.Ok():
				took.add(time.Since(a.begun))
			case failed = <-a.future.Err():
			}
		}
		done <- failed
	}()
	for err == nil {
		d, more := documents.next()
		if !more {
			break
		}
		a := acknowledgment{begun: time.Now()}
		a.future, err = js.PublishAsync("usage."+d.product, d.content, jetstream.WithStallWait(time.Minute))
		if err == nil {
			waiting <- a
		}
	}
	close(waiting)
	return errors.Join(err, <-done)
}

func publishSync(ctx context.Context, js jetstream.JetStream, documents *packages, outstanding int, took *times) error {
	var all sync.WaitGroup
	failed := make(chan error, outstanding)
	for range outstanding {
		all.Go(func() {
			for {
				d, more := documents.next()
				if !more {
					return
				}
				begun := time.Now()
				if _, err := js.Publish(ctx, "usage."+d.product, d.content); err != nil {
					failed <- err
					return
				}
				took.add(time.Since(begun))
			}
		})
	}
	all.Wait()
	close(failed)
	return <-failed
}

func publishAtomic(ctx context.Context, nc *nats.Conn, documents *packages, outstanding int, took *times) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	next, more := documents.next()
	for batch := 0; more; batch++ {
		begun, count := time.Now(), 0
		for last := false; !last; {
			d := next
			next, more = documents.next()
			count++
			last = !more || count == outstanding
			m := &nats.Msg{Subject: "usage." + d.product, Data: d.content, Header: nats.Header{
				"Nats-Batch-Id": {fmt.Sprint("batch", batch)}, "Nats-Batch-Sequence": {fmt.Sprint(count)},
			}}
			if !last {
				if err := nc.PublishMsg(m); err != nil {
					return err
				}
				continue
			}
			m.Header.Set("Nats-Batch-Commit", "1")
			answer, err := nc.RequestMsgWithContext(ctx, m)
			if err != nil {
				return err
			}
			var reply struct {
				Error *jetstream.APIError `json:"error"`
			}
			if err := json.Unmarshal(answer.Data, &reply); err != nil || reply.Error != nil {
				return fmt.Errorf("a batch was not stored: %w", errors.Join(err, reply.Error))
			}
		}
		for range count {
			took.add(time.Since(begun))
		}
	}
	return nil
}
