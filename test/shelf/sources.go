package shelf

import (
	"context"
	"crypto/tls"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"polycom.com/usagedata/core/wire/pluginpb"
)

func fromItsSources() []Plugin {
	return []Plugin{
		breaks("blind", "reads nothing of a healthy product", "sources.read",
			changing(func(all []*pluginpb.Category) []*pluginpb.Category {
				for i, c := range all {
					all[i] = sent(c.GetName(), "source_failed", nil)
				}
				return all
			})),
		breaks("shortsighted", "does not read one category of a healthy product", "sources.whole",
			changing(func(all []*pluginpb.Category) []*pluginpb.Category {
				all[1] = sent(all[1].GetName(), "not_permitted", nil)
				return all
			})),
		breaks("needsstation", "collects nothing where its station is not configured", "sources.unconfigured",
			failing(reasoned(3, "not_configured"), refuse)).
			host(Refused, "error code Unavailable").asking(),
		breaks("needsfiles", "collects nothing where a file is missing", "sources.missing",
			failing(reasoned(0, "source_not_found"), refuse)),
		breaks("trustsfiles", "crashes on an empty file", "sources.empty",
			failing(func(o *opened, _ []*pluginpb.Category) bool { return sizeOf(o) == 0 }, crash)),
		breaks("trustswords", "crashes on a file that it does not understand", "sources.garbage",
			failing(func(o *opened, all []*pluginpb.Category) bool {
				return sizeOf(o) > 0 && reasoned(0, "malformed_answer")(o, all)
			}, crash)),
		breaks("sulks", "says nothing of a category whose server is silent", "sources.silent",
			failing(reasoned(3, "timed_out"), sendThree)).asking(),
		breaks("needsserver", "crashes where nobody is at the configured address", "sources.unreachable",
			failing(func(o *opened, all []*pluginpb.Category) bool {
				return all[0].GetRecord() != nil && reasoned(3, "connection_refused")(o, all)
			}, crash)).asking(),
		breaks("waits", "gives a silent server all the time that there is", "sources.patience",
			failing(reasoned(3, "timed_out"), func(to stream, all []*pluginpb.Category) error {
				<-time.After(3 * time.Second)
				return sendAll(to, all, nil)
			})).asking(),
		breaks("invents", "sends zero where it could not read", "sources.zero", failing(reasoned(1, "source_not_found"),
			sendUsers(0))),
		breaks("guesses", "takes for zero what it does not understand", "sources.zero",
			failing(reasoned(1, "malformed_answer"), sendUsers(0))),
		breaks("denies", "says no where it could not read", "sources.zero",
			failing(reasoned(0, "source_not_found"), sendOnly(0, "secure", flag(false)))),
		breaks("clears", "sends an empty list where it could not read", "sources.zero",
			failing(reasoned(2, "source_not_found"), sendOnly(2, "features", list()))),
		breaks("hollows", "sends counts without a number where it could not read", "sources.zero",
			failing(reasoned(1, "source_not_found"), sendOnly(1, "by_type", record(nil)))),
		breaks("guessesnumber", "sends a usual number where it could not read", "sources.zero",
			failing(reasoned(1, "source_not_found"), sendUsers(12))),
		breaks("excuses", "reads nothing, and says that nothing applies to the product", "sources.read",
			changing(func(all []*pluginpb.Category) []*pluginpb.Category {
				for i, c := range all {
					all[i] = &pluginpb.Category{Name: c.GetName(),
						Outcome: &pluginpb.Category_NotApplicable{NotApplicable: &pluginpb.NotApplicable{}}}
				}
				return all
			})),
		breaks("recites", "sends the same values without reading anything", "sources.read", changing(recited())),
		breaks("trustsanyone", "does not verify the certificate of its source", "sources.trust",
			(&server{change: func(ctx context.Context, o *opened, all []*pluginpb.Category) []*pluginpb.Category {
				o.askPage(ctx)
				return all
			}}).serve).asking(),
		breaks("subtracts", "sends what it did not understand as a count below zero", "sources.values",
			failing(reasoned(1, "malformed_answer"), sendUsers(-7))),
	}
}

// recited returns what the healthy product of the shelf has.
func recited() func([]*pluginpb.Category) []*pluginpb.Category {
	return func([]*pluginpb.Category) []*pluginpb.Category {
		return []*pluginpb.Category{
			sent("system", "", func() fields {
				return fields{"release": text("6.4.1"), "model": text("alpha"), "secure": flag(true),
					"booted": text("2026-01-02T03:04:05Z"), "period": whole(3600), "up": decimal(uptime()),
					"load": whole(12), "memory": whole(8 << 30)}
			}),
			sent("counts", "", func() fields {
				return fields{"users": whole(1204), "by_type": record(fields{"h323": whole(17), "sip": whole(40)}),
					"rooms": list(whole(12), whole(90)), "peers": list()}
			}),
			sent("license_information", "", func() fields {
				return fields{"serial_number": text("8K31774250D1EA"), "features": list(text("routing")),
					"options": list()}
			}),
		}
	}
}

// askPage asks for the station's page whoever answers.
func (o *opened) askPage(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	page, _ := o.station["page"].(string)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, page, nil)
	if err != nil {
		return
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}
	if answer, err := transport.RoundTrip(request); err == nil {
		answer.Body.Close()
	}
}

// failing returns a plugin that does something else if its sources are in a certain state.
func failing(when func(*opened, []*pluginpb.Category) bool, do func(stream, []*pluginpb.Category) error) life {
	return (&server{send: func(o *opened, all []*pluginpb.Category, to stream) error {
		if when(o, all) {
			return do(to, all)
		}
		return sendAll(to, all, nil)
	}}).serve
}

// reasoned reports whether a category is missing for this reason.
func reasoned(category int, why string) func(*opened, []*pluginpb.Category) bool {
	return func(_ *opened, all []*pluginpb.Category) bool {
		return all[category].GetNotAvailable().GetReason() == why
	}
}

// sizeOf returns the size of its first file, or -1 without one.
func sizeOf(o *opened) int64 {
	info, err := os.Stat(filepath.Join(o.root, "data", "system"))
	if err != nil {
		return -1
	}
	return info.Size()
}

func refuse(stream, []*pluginpb.Category) error {
	return status.Error(codes.Unavailable, "not without it")
}

func crash(stream, []*pluginpb.Category) error {
	os.Exit(9)
	return nil
}

func sendThree(to stream, all []*pluginpb.Category) error { return sendAll(to, all[:3], nil) }

// sendUsers sends a number for the number of users, and the reason why the other fields are missing.
func sendUsers(n int64) func(stream, []*pluginpb.Category) error {
	return sendOnly(1, "users", whole(n))
}

// sendOnly sends one field of a category that could not be read, and the reason why the others are
// missing.
func sendOnly(category int, field string, value *pluginpb.Value) func(stream, []*pluginpb.Category) error {
	return func(to stream, all []*pluginpb.Category) error {
		why := all[category].GetNotAvailable().GetReason()
		all[category] = sent(all[category].Name, "", func() fields { return fields{field: value} })
		for _, f := range described().Categories[category].Fields {
			if f.Name != field {
				all[category].Missing = append(all[category].Missing, &pluginpb.Missing{Field: f.Name, Reason: why})
			}
		}
		return sendAll(to, all, nil)
	}
}
