package gate

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"time"
)

// exchange asks one question over one connection of the gate.
func (f Fallback) exchange(ctx context.Context, g *Gate, network string, q question) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, fallbackWait)
	defer cancel()
	conn, err := g.connect(ctx, network, netip.AddrPortFrom(f.Server, 53).String(), nil)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if network == "tcp" {
		return overStream(conn, q)
	}
	return overDatagrams(conn, q)
}

// overDatagrams ignores messages that do not answer the question: they may be late, or forged.
func overDatagrams(conn net.Conn, q question) ([]string, error) {
	if _, err := conn.Write(q.message); err != nil {
		return nil, err
	}
	buffer := make([]byte, readPiece)
	for range maxIgnored {
		n, err := conn.Read(buffer)
		if err != nil {
			return nil, err
		}
		if found, err := q.answered(buffer[:n]); !errors.Is(err, errNotOurAnswer) {
			return found, err
		}
	}
	return nil, errNotOurAnswer
}

func overStream(conn net.Conn, q question) ([]string, error) {
	framed := binary.BigEndian.AppendUint16(nil, uint16(len(q.message)))
	if _, err := conn.Write(append(framed, q.message...)); err != nil {
		return nil, err
	}
	var head [2]byte
	if _, err := io.ReadFull(conn, head[:]); err != nil {
		return nil, err
	}
	size := binary.BigEndian.Uint16(head[:])
	if size > maxMessage {
		return nil, errUnusable
	}
	message := make([]byte, size)
	if _, err := io.ReadFull(conn, message); err != nil {
		return nil, err
	}
	return q.answered(message)
}
