package doctor

import (
	"context"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/status"
)

// Connection tries the connection to the collection point, under the rules of [Installation.Examine],
// and the parts that it depends on. It starts no plugin and reads nothing of the product.
func (i Installation) Connection(ctx context.Context, now time.Time) Report {
	decision, err := i.Decision.Read()
	found := []Finding{
		i.collectionPoint(ctx, now, decision),
		tried("decision", i.sentence(decision, now), err),
		i.trust(),
	}
	found = append(append(found, i.authorities(now)...), i.ownCertificate(now)...)
	report := Report{Parts: append(found, i.localClock(now), i.window(now))}
	report.Works = len(report.Failed()) == 0
	return report
}

func (i Installation) sentence(d consent.Decision, now time.Time) string {
	return status.DeliveryBy(i.Settings.ByFile()).Says(status.Sentence(d, now.Location()))
}
