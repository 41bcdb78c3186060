package collectionpoint

import (
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"
)

// line describes one connection in requests.jsonl.
type line struct {
	Connection int64     `json:"connection"` // from 1, in order of arrival; lines are in the order in which connections end
	Time       time.Time `json:"time"`       // when it was accepted
	Behaviour  string    `json:"behaviour"`
	Read       int64     `json:"read"` // bytes at the socket
	Written    int64     `json:"written"`
	Requests   []request `json:"requests,omitempty"`
	Error      string    `json:"error,omitempty"`
}

// request is one request on a connection; a status of 0 means that there was no answer.
type request struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	Status int    `json:"status"`
}

func (c *connection) line() line {
	c.mu.Lock()
	defer c.mu.Unlock()
	return line{
		Connection: c.number, Time: c.started, Behaviour: c.behaviour.Kind, Read: c.read, Written: c.written,
		Requests: c.requests, Error: c.failure,
	}
}

// requestLog appends lines to a file.
type requestLog struct {
	mu   sync.Mutex
	file *os.File
}

func openRequestLog(path string) (*requestLog, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return &requestLog{file: file}, nil
}

// write fails only if the folder of the test is gone or full; then no result counts.
func (l *requestLog) write(entry line) {
	encoded, err := json.Marshal(entry)
	if err != nil {
		panic(fmt.Sprintf("collection point: encode connection: %v", err))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, err := l.file.Write(append(encoded, '\n')); err != nil {
		panic(fmt.Sprintf("collection point: record connection: %v", err))
	}
}

func (l *requestLog) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.file.Close()
}
