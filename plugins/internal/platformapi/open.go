package platformapi

import (
	"errors"
	"sync"

	"polycom.com/usagedata/core/sdk"
)

// Source is the name under which the interface is configured.
const Source = "platform_api"

// Client reads one product's interface. Make it with Open.
type Client struct {
	connect func() (connection, error) // once, at the first request
	turns   chan struct{}              // one place for each request under way
	memory  *sdk.Memory                // for conditional requests

	mu       sync.Mutex
	requests int
	refused  bool              // the login; asking again could lock the account
	chosen   map[string]string // Accept that a resource answered to, where it was not the whole list
}

// Open makes a client. It neither reads nor connects: where nothing is configured, or not rightly, every call
// returns NotAvailable(NotConfigured), and what else a plugin reads is not affected.
func Open(env sdk.Env) *Client {
	return &Client{
		turns:  make(chan struct{}, AtOnce),
		memory: env.Memory,
		chosen: map[string]string{},
		connect: sync.OnceValues(func() (connection, error) {
			return connect(env)
		}),
	}
}

func connect(env sdk.Env) (connection, error) {
	var s settings
	err := env.Source(Source, &s)
	if err != nil && errors.Is(err, sdk.ErrNotConfigured) {
		return connection{}, sdk.NotAvailable(sdk.NotConfigured)
	}
	var made connection
	if err == nil {
		made, err = s.connection()
	}
	if err != nil {
		// The reason that travels is the same for all of these; what to mend is said here, once.
		env.Log.Error("source is not configured rightly", "source", Source, "error", err)
		return connection{}, sdk.NotAvailable(sdk.NotConfigured)
	}
	return made, nil
}
