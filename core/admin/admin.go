// Package admin is an appliance as the API (core/admin/api) and the page (core/admin/page) see it:
// everything that an administrator can look at and decide through them. Neither does anything that
// is not in this package. The commands do not use it, because they also work while the product is
// broken or no service runs.
package admin

import (
	"context"
	"io"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/lab"
	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/sent"
	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/core/status"
)

// Appliance is the appliance that is looked at and decided about. cmd/host assembles it. It is safe
// for use by several goroutines.
type Appliance struct {
	Profile profile.Profile // the installed one, with the administrator's overrides
	Version string          // of the host
	Logo    product.Logo    // of the product, for the page; the zero value if it has none
	Status  func(now time.Time) (status.Status, error)
	// Decision returns the one in force. With an error it is [consent.Denied], and the error says
	// why it cannot be trusted.
	Decision func() (consent.Decision, error)
	// Decisions returns the history, oldest first, without the lists of fields.
	Decisions func() ([]consent.Decision, error)
	// Decide makes a decision take effect (CONS-2). If unexpected returns an error for the decision
	// that is then in force, Decide changes nothing and returns that error.
	Decide func(d consent.Decision, unexpected func(now consent.Decision) error) error
	// Identity returns when the key of the pseudonyms was made, or the zero time if there is none.
	Identity func() (since time.Time, err error)
	// Renew replaces the identity (ANON-1), and records the actor.
	Renew func(actor string) error
	// Lab returns the mark of a test system, and MarkLab changes it. It is not a decision about
	// sending. If config.yaml marks the system, MarkLab cannot remove the mark, with an error that
	// wraps [lab.ErrConfigured].
	Lab     func() lab.Mark
	MarkLab func(lab.Mark) error
	// Preview makes the document that would be sent now, and keeps nothing of it. It starts the
	// plugin, within the bounds of [Previews].
	Preview func(context.Context) ([]byte, error)
	// Sent returns the document that was accepted last, byte for byte (VIEW-1). If there is none,
	// the error is [fs.ErrNotExist].
	Sent func() ([]byte, error)
	// History has the documents that were accepted and are kept.
	History sent.Store
	// Delivery is how documents reach the collection point.
	Delivery status.Delivery
	Spool    *spool.Spool
	Journal  *journal.Journal
	// Connection tests the connection to the collection point, within the bounds of [ConnectionTests].
	Connection func(context.Context) (Connection, error)
	// Archive writes the log archive, a zip file (VIEW-2).
	Archive func(io.Writer) error
	Now     func() time.Time
}
