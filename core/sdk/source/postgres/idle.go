package postgres

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// glance bounds the wait for the rest of a message that has begun to arrive.
const glance = 100 * time.Millisecond

// endedIdle reports whether the server or a pooler has ended a connection since it was last used. It sends nothing. It
// reads what came unasked, such as a setting that was changed.
func endedIdle(conn *pgconn.PgConn) bool {
	for arrived(conn.Conn()) {
		ctx, cancel := context.WithTimeout(context.Background(), glance)
		_, err := conn.ReceiveMessage(ctx)
		cancel()
		if conn.IsClosed() {
			return true
		}
		if err != nil {
			return false
		}
	}
	return false
}

// arrived reports whether there is something to read, which may be the end.
func arrived(conn net.Conn) bool {
	if secured, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = secured.NetConn()
	}
	plain, ok := conn.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := plain.SyscallConn()
	if err != nil {
		return false
	}
	var looked error
	// Not raw.Read: the library may have a read under way, and that would be waited for.
	err = raw.Control(func(fd uintptr) {
		_, _, looked = syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
	})
	return err == nil && !errors.Is(looked, syscall.EAGAIN)
}

// wasIdle reports whether an error that came before any answer says that the session had ended before the statement:
// idle_session_timeout, admin_shutdown, or a pooler's own limit. The library's SafeToRetry does not help: it is true
// also when the server's process was killed in the middle of a statement.
func wasIdle(err error) bool {
	var answered *pgconn.PgError
	return errors.As(err, &answered) && (slices.Contains([]string{"57P05", "57P01"}, answered.Code) ||
		strings.HasPrefix(answered.Message, "client_idle_timeout"))
}
