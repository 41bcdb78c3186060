package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"syscall"
	"time"

	"polycom.com/usagedata/collect/batch"
	"polycom.com/usagedata/collect/receive"
	"polycom.com/usagedata/collect/store"
	"polycom.com/usagedata/core/durable"
)

// runHandler passes the documents to the receiver's handler in this process.
func runHandler(o options) (f figures, err error) {
	documents, err := openPackages(o.file, o.documents)
	if err != nil {
		return f, err
	}
	folder, err := store.OpenFolder(durable.OS{}, o.folder, 0)
	if err != nil {
		return f, err
	}
	batches := batch.New(batch.Options{
		Store: folder, Gather: o.gather, GatherLate: o.gather, Memory: 128 << 20, Patience: time.Minute, Writers: 16,
	})
	now := time.Now()
	receiver := receive.New(receive.Options{
		Terms:    receive.Terms{Kept: 45 * 24 * time.Hour},
		RetryMin: time.Minute, RetryMax: time.Hour, Now: func() time.Time { return now },
	}, batches)
	var took times
	var all sync.WaitGroup
	failed := make(chan int, o.outstanding)
	cpu, began := ownCPU(syscall.RUSAGE_SELF), time.Now()
	for range o.outstanding {
		all.Go(func() {
			for {
				d, more := documents.next()
				if !more {
					return
				}
				begun := time.Now()
				answer := &status{header: http.Header{}}
				receiver.ServeHTTP(answer, d.request())
				took.add(time.Since(begun))
				if answer.code != http.StatusCreated {
					failed <- answer.code
					return
				}
			}
		})
	}
	all.Wait()
	f.Took, f.CPU = time.Since(began), ownCPU(syscall.RUSAGE_SELF)-cpu
	batches.Close()
	took.into(&f)
	if len(failed) > 0 {
		return f, fmt.Errorf("%d of the receiver's answers were not 201, the first was %d", len(failed), <-failed)
	}
	return f, nil
}

// request returns the request as a server of package http passes it on.
func (d packed) request() *http.Request {
	path := "/v1/usage/" + d.product + "/" + d.id
	request, err := http.NewRequest(http.MethodPut, "https://localhost"+path, bytes.NewReader(d.content))
	if err != nil {
		panic(err) // ids are plain
	}
	sum := sha256.Sum256(d.content)
	request.RequestURI, request.RemoteAddr = path, "127.0.0.1:1"
	request.Header = http.Header{
		"Content-Type": {"application/json"}, "Content-Encoding": {"gzip"}, "User-Agent": {"usagedata/1.0.0"},
		"Content-Length": {strconv.Itoa(len(d.content))},
		"Content-Digest": {"sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"},
	}
	return request
}

// status is a response of which only the status matters.
type status struct {
	header http.Header
	code   int
}

func (s *status) Header() http.Header         { return s.header }
func (s *status) Write(b []byte) (int, error) { return len(b), nil }
func (s *status) WriteHeader(code int)        { s.code = code }
