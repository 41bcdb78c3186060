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

// peekTimeout limits the wait for the rest of a message that has begun to arrive.
const peekTimeout = 100 * time.Millisecond

// endedIdle reports whether the server or a pooler has closed the connection since it was last
// used. It sends nothing. It reads messages that came unsolicited, such as the change of a setting.
func endedIdle(conn *pgconn.PgConn) bool {
	for arrived(conn.Conn()) {
		ctx, cancel := context.WithTimeout(context.Background(), peekTimeout)
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

// arrived reports whether there is something to read, which may be the end of the connection.
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
	// raw.Read would wait for a read that the library may have under way.
	err = raw.Control(func(fd uintptr) {
		_, _, looked = syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
	})
	return err == nil && !errors.Is(looked, syscall.EAGAIN)
}

// wasIdle reports whether an error that came before any answer means that the session had ended
// before the statement: idle_session_timeout, admin_shutdown, or a limit of a pooler. The library's
// SafeToRetry does not help: it also returns true if the server's process was killed in the middle
// of a statement.
func wasIdle(err error) bool {
	var answered *pgconn.PgError
	return errors.As(err, &answered) && (slices.Contains([]string{"57P05", "57P01"}, answered.Code) ||
		strings.HasPrefix(answered.Message, "client_idle_timeout"))
}
