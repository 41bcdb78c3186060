package collectionpoint

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// The actions of a [Behavior]. The first four act on the connection, the others on the request.
const (
	refuse      = "refuse"
	stall       = "stall"
	cut         = "cut"
	ok          = "ok"
	status      = "status"
	storeHangUp = "store-hangup"
	garbage     = "garbage"
	redirect    = "redirect"
)

// Behavior determines how the point treats one connection, or a further request on it. As text,
// which [ParseBehavior] reads:
//
//	ok                        stores and answers as it should
//	refuse                    closes right after accepting
//	stall:2s                  says nothing for this long before the handshake
//	cut:1000                  resets the connection when this many bytes have been read at the socket
//	status:429 retry-after=2  answers this status, stores nothing; retry-after is optional
//	store-hangup              stores, and closes without an answer
//	garbage                   stores nothing, answers with bytes that are not HTTP
//	redirect:URL              stores nothing, answers 307 to there
type Behavior struct {
	Kind       string
	Status     int
	RetryAfter string
	Bytes      int64
	Delay      time.Duration
	Location   string
}

// ParseBehavior parses one line. An empty line means ok.
func ParseBehavior(line string) (Behavior, error) {
	head, option, _ := strings.Cut(strings.TrimSpace(line), " ")
	kind, argument, _ := strings.Cut(head, ":")
	behavior := Behavior{Kind: kind}
	if kind == "" {
		behavior.Kind = ok
	}
	if err := behavior.parse(argument, strings.TrimSpace(option)); err != nil {
		return Behavior{}, fmt.Errorf("read behavior %q: %w", line, err)
	}
	return behavior, nil
}

func (b *Behavior) parse(argument, option string) (err error) {
	if option != "" && b.Kind != status {
		return fmt.Errorf("unexpected %q", option)
	}
	switch b.Kind {
	case status:
		return b.parseStatus(argument, option)
	case stall:
		b.Delay, err = time.ParseDuration(argument)
		return err
	case cut:
		return b.parseBytes(argument)
	case redirect:
		b.Location = argument
		if argument == "" {
			return fmt.Errorf("no URL given")
		}
		return nil
	case ok, refuse, storeHangUp, garbage:
		if argument != "" {
			return fmt.Errorf("unexpected %q", argument)
		}
		return nil
	default:
		return fmt.Errorf("no such behavior")
	}
}

func (b *Behavior) parseStatus(argument, option string) (err error) {
	b.Status, err = strconv.Atoi(argument)
	// A 1xx status is not final: the client would wait for a final one that never comes.
	if err != nil || b.Status < 200 || b.Status > 599 {
		return fmt.Errorf("want a status from 200 to 599")
	}
	if option == "" {
		return nil
	}
	name, value, found := strings.Cut(option, "=")
	if !found || !strings.EqualFold(name, "retry-after") {
		return fmt.Errorf("want retry-after=N after the status")
	}
	b.RetryAfter = value
	return nil
}

func (b *Behavior) parseBytes(argument string) (err error) {
	b.Bytes, err = strconv.ParseInt(argument, 10, 64)
	if err != nil || b.Bytes < 1 {
		return fmt.Errorf("want a number of bytes from 1")
	}
	return nil
}
