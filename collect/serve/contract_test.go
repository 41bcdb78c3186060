package serve

import (
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/collect/store"
	"polycom.com/usagedata/collect/teststage"
	"polycom.com/usagedata/test/conformance/receiver"
	"polycom.com/usagedata/test/conformance/result"
)

// COLL-1, COLL-4: the receiver passes the contract suite with both stores.
func TestContract(t *testing.T) {
	for name, change := range map[string]func(*testing.T, *Options){
		"folder": func(*testing.T, *Options) {},
		"S3": func(t *testing.T, o *Options) {
			gateway := teststage.StartGateway(t)
			bucket, err := store.OpenS3(store.S3Options{
				Endpoint: gateway.Endpoint, Bucket: teststage.Bucket, PathStyle: true,
				AccessKey: store.Secret{Value: teststage.AccessKey},
				SecretKey: store.Secret{Value: teststage.SecretKey},
			})
			if err != nil {
				t.Fatal(err)
			}
			o.Store = bucket
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, func(o *Options) {
				change(t, o)
				o.Handshake, o.Idle, o.Upload = 2*time.Second, time.Second, 3*time.Second
			})
			got, err := receiver.Run(t.Context(), receiver.Options{
				URL: "https://" + r.address, Roots: r.authority.Pool(), Product: "dma",
				Patience: 6 * time.Second, Slow: time.Second,
			})
			if err != nil || got.Interrupted != "" {
				t.Fatal(err, got.Interrupted)
			}
			for _, check := range got.Checks {
				if check.Outcome != result.Pass && check.Outcome != result.NotApplicable {
					t.Errorf("%s: %s: %s\n%s", check.ID, check.Outcome, check.Says, strings.Join(check.Evidence, "\n"))
				}
			}
		})
	}
}
