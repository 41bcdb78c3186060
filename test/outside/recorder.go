package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"polycom.com/usagedata/core/sdk"
)

// recorder is the product's own status page, as the administrator configures it under sources.recorder.
type recorder struct {
	URL string `json:"url"`
	CA  string `json:"ca"`
}

// maxAnswer bounds the page, in bytes.
const maxAnswer = 64 << 10

// ask reads the page into a struct, with one request. No error reveals the page's contents or its
// address.
func (r recorder) ask(ctx context.Context, into any) error {
	client, err := r.client()
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL, nil)
	if err != nil {
		return sdk.NotAvailable(sdk.NotConfigured)
	}
	answer, err := client.Do(request)
	if err != nil {
		return sdk.NotAvailable(sdk.Explain(err)) // the error itself holds the address, or names in the certificate
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the recorder answers %d: %w", answer.StatusCode, sdk.NotAvailable(sdk.SourceFailed))
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	if err != nil {
		return fmt.Errorf("read the answer: %w", sdk.NotAvailable(sdk.Explain(err)))
	}
	if len(text) > maxAnswer || json.Unmarshal(text, into) != nil {
		return malformed
	}
	return nil
}

// client returns a client that follows no redirect, trusts only the configured authorities, and has
// no proxy: the environment is ignored.
func (r recorder) client() (*http.Client, error) {
	trusted, err := sdk.CertPool(r.CA)
	if err != nil {
		return nil, fmt.Errorf("read the recorder's authorities: %w: %w", err, sdk.NotAvailable(sdk.NotConfigured))
	}
	return &http.Client{
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}
