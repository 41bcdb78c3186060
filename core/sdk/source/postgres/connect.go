package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"polycom.com/usagedata/core/sdk"
)

// allParameters sets every parameter that the library would otherwise take from the environment or
// the home directory. The values are replaced below. The host is a path, so that the library does
// not search for certificates.
const allParameters = `host=/ port=5432 user=none password=none dbname=none sslmode=disable sslcertmode=disable sslnegotiation=postgres
	connect_timeout=5 target_session_attrs=any min_protocol_version=3.0 max_protocol_version=3.0 channel_binding=prefer
	require_auth='' service=none servicefile=/proc/self/fd/%d`

// emptyConfig returns a configuration without any setting of the environment. The library cannot be
// configured to use no service, so emptyConfig lets it read an empty service
// from a pipe.
func emptyConfig() (*pgconn.Config, error) {
	file, text, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("open a pipe: %w", err)
	}
	defer file.Close()
	_, err = text.WriteString("[none]\n")
	text.Close()
	if err != nil {
		return nil, fmt.Errorf("write a pipe: %w", err)
	}
	config, err := pgconn.ParseConfig(fmt.Sprintf(allParameters, file.Fd()))
	if err != nil {
		return nil, errors.New("the library refuses its settings") // the library's error contains the settings
	}
	return config, nil
}

// config returns the configuration of a session, without any setting of the environment. A pooler
// refuses startup parameters that it does not know. It knows these two; the others are sent with
// each query.
func (t target) config(limit limits) (*pgconn.Config, error) {
	config, err := emptyConfig()
	if err != nil {
		return nil, err
	}
	config.Host, config.Port, config.Database = t.host, t.port, t.name
	config.User, config.Password = t.user, t.password
	config.TLSConfig, config.Fallbacks = t.tls, nil
	if t.tls == nil {
		config.RequireAuth = "!password" // not as clear text: another program may listen there
	}
	config.ConnectTimeout = limit.connect
	config.DialFunc = (&net.Dialer{Timeout: limit.connect}).DialContext
	config.LookupFunc = lookup
	config.MaxProtocolMessageBodyLen = maxMessage
	config.RuntimeParams = map[string]string{"application_name": "usagedata", "client_encoding": "UTF8"}
	return config, nil
}

// lookup resolves a host name. It resolves localhost without asking a name server.
func lookup(ctx context.Context, host string) ([]string, error) {
	if host == localhost {
		return []string{"127.0.0.1", "::1"}, nil
	}
	return net.DefaultResolver.LookupHost(ctx, host)
}

const (
	socketPrefix = ".s.PGSQL."
	usualPort    = 5432
)

// atSocket sets the port by the name of the socket in the directory: the default port, or the only
// one.
func (t target) atSocket() (target, error) {
	entries, err := os.ReadDir(t.host)
	if err != nil {
		return t, err
	}
	var ports []uint16
	for _, entry := range entries {
		text, _ := strings.CutPrefix(entry.Name(), socketPrefix)
		port, err := strconv.ParseUint(text, 10, 16)
		if err == nil && port == usualPort {
			ports = []uint16{usualPort}
			break
		}
		if err == nil {
			ports = append(ports, uint16(port))
		}
	}
	if len(ports) != 1 {
		return t, fmt.Errorf("the folder has no socket, or more than one: %w", sdk.NotAvailable(sdk.NotFound))
	}
	t.port = ports[0]
	return t, nil
}
