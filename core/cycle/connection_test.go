package cycle

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/upload"
)

// meter is a [Sender] whose connection costs bytes: 1000 to open, 100 for a document, 10 to close.
type meter struct {
	*line
	wire  int64
	open  bool
	calls []string
}

func (m *meter) Send(ctx context.Context, id string, body []byte, another bool) error {
	if !m.open {
		m.wire += 1000
	}
	m.wire += 100
	m.calls = append(m.calls, fmt.Sprint("send ", another))
	err := m.line.Send(ctx, id, body, another)
	m.open = true
	if !another || err != nil {
		m.HangUp()
	}
	return err
}

func (m *meter) HangUp() {
	if m.open {
		m.open = false
		m.wire += 10
		m.calls = append(m.calls, "ends")
	}
}

// VIEW-1, SEND-2, SEND-4: a backlog goes over one connection. The lines of the journal add up to all
// bytes on the wire, and no connection is open after the cycle, whatever becomes of the documents.
func TestBacklogOverOneConnection(t *testing.T) {
	damage := func(t *testing.T, a *appliance, n int) {
		t.Helper()
		waiting, err := a.Spool.Waiting()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(filepath.Join(a.dir, "spool", waiting[n].ID+".doc"), 10); err != nil {
			t.Fatal(err)
		}
	}
	refused := fmt.Errorf("409: %w", upload.ErrRefusedForNow)
	for name, c := range map[string]struct {
		answers []error
		happens func(*testing.T, *appliance)
		calls   []string
		wire    []int64
	}{
		"all are accepted": {nil, nil,
			[]string{"send true", "send true", "send true", "send false", "ends"}, []int64{1100, 100, 100, 110}},
		"one is rejected": {[]error{nil, upload.ErrRejected}, nil,
			[]string{"send true", "send true", "ends", "send true", "send false", "ends"},
			[]int64{1100, 110, 1100, 110}},
		"one fails": {[]error{nil, errDown}, nil,
			[]string{"send true", "send true", "ends"}, []int64{1100, 110}},
		"the first is refused for now": {[]error{refused}, nil, []string{"send true", "ends"}, []int64{1110}},
		// The oldest has no period any more, and is the last in the list.
		"the last is damaged": {nil, func(t *testing.T, a *appliance) { damage(t, a, 2) },
			[]string{"send true", "send true", "send true", "ends"}, []int64{1100, 100, 100, 10}},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAppliance(t)
			a.decide(t, consent.Allowed)
			a.backlog(t, 3)
			m := &meter{line: a.line}
			a.Sender, a.Wire = m, func() (int64, int64) { return m.wire, 0 }
			a.line.answers = c.answers
			if c.happens != nil {
				c.happens(t, a)
			}
			before := len(lines(t, a))
			_, _ = a.Run(t.Context())
			if !slices.Equal(m.calls, c.calls) || m.open {
				t.Errorf("got %q, want %q", m.calls, c.calls)
			}
			var wire []int64
			sum := int64(0)
			for _, l := range lines(t, a)[before:] {
				if l.Outcome != journal.Spooled {
					wire = append(wire, l.WireBytes)
					sum += l.WireBytes
				}
			}
			if !slices.Equal(wire, c.wire) || sum != m.wire {
				t.Errorf("bytes: got %d, %d together, want %d, %d together", wire, sum, c.wire, m.wire)
			}
		})
	}
}

// CONS-2, SEND-2: after a denial between two documents the second is not sent, and the connection
// that was open for it ends.
func TestDenialBetweenTwoDocuments(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	a.backlog(t, 3)
	m := &meter{line: a.line}
	a.Sender = m
	a.line.during = func(context.Context) error {
		a.decide(t, consent.Denied)
		return nil
	}
	result, _ := a.Run(t.Context())
	if want := []string{"send true", "ends"}; !slices.Equal(m.calls, want) || m.open {
		t.Errorf("got %q, want %q", m.calls, want)
	}
	if result.Outcome != journal.Declined || a.waiting(t) != 0 {
		t.Errorf("got %s, %d waiting, want %s and nothing", result.Outcome, a.waiting(t), journal.Declined)
	}
}

// SEND-2: the connection that is open for the next document ends with the cycle, also if the cycle
// ends because a document that was accepted cannot be recorded.
func TestConnectionEndsWithTheCycle(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	a.backlog(t, 2)
	m := &meter{line: a.line}
	a.Sender = m
	a.line.during = func(context.Context) error {
		a.Journal = journal.Open(durable.OS{}, filepath.Join(a.dir, "nowhere", "journal.jsonl"))
		return nil
	}
	if _, err := a.Run(t.Context()); err == nil || m.open || len(a.line.sent) != 1 {
		t.Errorf("got %v, connection open: %t, sent %q, want an error, no connection and one document", err, m.open,
			a.line.sent)
	}
}

func lines(t *testing.T, a *appliance) []journal.Entry {
	t.Helper()
	all, err := a.Journal.Last(1000)
	if err != nil {
		t.Fatal(err)
	}
	return all
}
