package statelayout

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/counters"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/lab"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/quarantine"
	"polycom.com/usagedata/core/sent"
	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/core/usage"
)

// Folders locates the service's files.
type Folders struct {
	Disk      durable.Disk
	State     string
	Log       string
	Analytics string // path of the file with the last accepted document
	// Mended is called with a sentence for each damaged file that was replaced; it may be nil.
	Mended  func(says string)
	Product string // id of the configured product; empty if it is not known
	// History limits the documents that are kept after they were sent.
	History sent.Bounds
	Lab     bool // config.yaml marks the system as a test system
}

func (f Folders) state(name string) string { return filepath.Join(f.State, name) }

func (f Folders) makeAll(folders ...string) error {
	var problems []error
	for _, folder := range folders {
		if err := durable.MakeFolder(f.Disk, folder, 0o750); err != nil {
			problems = append(problems, usage.WithHint(fmt.Errorf("make folder: %w", err),
				"set `folders` in the configuration to folders that the service's user may make and write"))
		}
	}
	return errors.Join(problems...)
}

// all returns the folders, each once.
func (f Folders) all() []string {
	return slices.Compact([]string{f.State, f.Log, filepath.Dir(f.Analytics)})
}

// makeMissing makes the folders that were removed since [Folders.Open]. The others are not fsynced
// again.
func (f Folders) makeMissing() error {
	there := func(folder string) bool {
		info, err := f.Disk.Lstat(folder)
		return err == nil && info.IsDir()
	}
	return f.makeAll(slices.DeleteFunc(f.all(), there)...)
}

// Decision returns the store of the customer's decision.
func (f Folders) Decision() consent.Store {
	return consent.Open(f.Disk, f.state("decision.json"), f.state("decisions.jsonl"), f.Product)
}

const (
	keyName = "key"
	labName = "lab.json"
)

// Key returns the store of the pseudonyms' key.
func (f Folders) Key() anonymize.KeyStore { return anonymize.OpenKey(f.Disk, f.state(keyName)) }

// Journal returns the journal in the log folder.
func (f Folders) Journal() *journal.Journal {
	return journal.Open(f.Disk, filepath.Join(f.Log, "journal.jsonl"))
}

// Sent returns the store of the documents that were accepted.
func (f Folders) Sent() sent.Store { return sent.Open(f.Disk, f.state(sentName), f.History) }

// Records are the stores that a decision changes. They need only the folders: an administrator can
// withdraw consent even if the product, its plugin or a certificate is broken (CONS-2).
type Records struct {
	Decision  consent.Store
	Key       anonymize.KeyStore
	Spool     *spool.Spool // nil if it could not be opened
	Sent      sent.Store   // the documents that were accepted
	Counters  counters.Store
	Lab       lab.Store
	Journal   *journal.Journal
	CycleLock Lock // held while a cycle runs, and while the key is replaced

	unopened error // why Spool is nil
	hurried  func() Records
	hinted   func(error) error
}

// denialWait is how long a denial waits for each lock. It may have to wait for up to three before
// it is in force, and CONS-2 allows it one second.
const denialWait = 150 * time.Millisecond

// Hurried returns the same stores for a denial, which waits only briefly for a lock.
func (r Records) Hurried() Records { return r.hurried() }

// Hinted adds the hints of [Folders.Hinted] to an error of these stores.
func (r Records) Hinted(err error) error { return r.hinted(err) }

// OpenRecords makes the folders if they are missing, and opens the records. The spool holds at most
// spoolBytes. It does not bring the state folder forward, because a denial only removes files,
// which works in every layout. The records can be used even if an error is returned: a denial takes
// effect without a folder for the journal, and without a spool (CONS-2).
func (f Folders) OpenRecords(spoolBytes int64) (Records, error) {
	missing := f.makeAll(f.State, f.Log)
	records, err := f.records(spoolBytes)
	return records, f.Hinted(errors.Join(missing, err))
}

func (f Folders) records(spoolBytes int64) (Records, error) {
	waiting, err := spool.Open(f.Disk, f.state("spool"), spoolBytes)
	return Records{
		Decision: f.Decision(), Key: f.Key(), Spool: waiting, Journal: f.Journal(),
		Sent:      f.Sent(),
		Counters:  counters.Open(f.Disk, f.state(countersName)),
		Lab:       lab.Open(f.Disk, f.state(labName), f.Lab),
		CycleLock: Lock{f.Disk, f.state("cycle.lock")},
		unopened:  err,
		hinted:    f.Hinted,
		hurried: func() Records {
			hurried := f
			hurried.Disk = durable.Within(f.Disk, denialWait)
			records, _ := hurried.records(spoolBytes) // the first call has already returned this error
			return records
		},
	}, err
}

// RemoveCollected removes everything that was collected and is kept: the counters, and every waiting
// document, which it records as dropped, with this reason. If we crash in the middle, the next call
// removes the rest; if we crash before a line is written, that line is lost, but no document that
// could still be sent remains.
func (r Records) RemoveCollected(now time.Time, reason string) error {
	return errors.Join(r.Counters.Remove(), r.emptySpool(now, reason))
}

func (r Records) emptySpool(now time.Time, reason string) error {
	if r.Spool == nil {
		return fmt.Errorf("empty the spool: it could not be opened: %w", r.unopened)
	}
	removed, sending, err := r.Spool.Clear()
	for i, id := range removed {
		line := journal.Entry{Time: now, Outcome: journal.Dropped, ID: id, Reason: reason}
		if id == sending {
			line.Reason += ": its upload was cut off; the collection point may have it"
		}
		if unwritten := r.Journal.Record(line); unwritten != nil { // the next would wait as long, and fail too
			return errors.Join(err, fmt.Errorf("record the removal of waiting documents, %d not recorded: %w",
				len(removed)-i, unwritten))
		}
	}
	return err
}

// FinishDenial removes everything that a denial should have removed but did not, because it was
// killed or could not do all: the waiting documents, the counters, and the key; and the documents that
// were sent, if the administrator wanted that. It does nothing unless sending is denied by a readable
// decision, about any product. It holds the lock of the decision, so that consent cannot be given
// meanwhile.
func (r Records) FinishDenial(now time.Time) error {
	unlock, err := r.Decision.Lock()
	if err != nil {
		return fmt.Errorf("remove the waiting documents: %w", err)
	}
	defer unlock()
	if !r.Decision.Denied() {
		return nil
	}
	r.Spool = r.Hurried().Spool // another process that holds its lock must not keep documents waiting (CONS-2)
	return errors.Join(r.RemoveCollected(now, consent.NotAllowed), r.Key.Destroy(), r.RemoveSent())
}

// RemoveSent removes the documents that were sent, if the decision in force says so. If we crash in
// the middle, [Records.FinishDenial] removes the rest.
func (r Records) RemoveSent() error {
	if !r.Decision.RemovesSent() {
		return nil
	}
	_, err := r.Sent.Clear()
	return err
}

// Changes returns a channel that receives after the decision or the key may have changed, until
// stop is called.
func (r Records) Changes() (changes <-chan struct{}, stop func()) { return r.Decision.Changes(keyName) }

// Stores are all stores of the service.
type Stores struct {
	Records
	Budget      *budget.Budget
	Quarantine  quarantine.Record
	Pause       Pause
	Analytics   Analytics
	SlotSeed    SlotSeed
	ServiceLock Lock // held while the service runs

	folders Folders
}

// Open brings the state folder to this version's layout, and opens all stores in it for a product
// with these limits and this plugin.
func (f Folders) Open(limits profile.Limits, plugin quarantine.Binary) (Stores, error) {
	s, err := f.open(limits, plugin)
	return s, f.Hinted(err)
}

func (f Folders) open(limits profile.Limits, plugin quarantine.Binary) (s Stores, err error) {
	if err := f.makeAll(f.all()...); err != nil {
		return s, err
	}
	// This comes first, because the budget begins a new record if it finds none under its name.
	if err := f.forward(); err != nil {
		return s, err
	}
	if s.Records, err = f.records(limits.Spool); err != nil {
		return s, err
	}
	if err := s.Decision.Claim(s.madeFor); err != nil {
		return s, err
	}
	if s.Budget, err = budget.Open(f.Disk, f.state(budgetName), limits.Hour); err != nil {
		return s, err
	}
	s.Quarantine = quarantine.Open(f.Disk, f.state(quarantineName), plugin)
	s.Analytics = Analytics{f.Disk, f.Analytics}
	s.Pause = Pause{f.Disk, f.state(pauseName)}
	s.SlotSeed = SlotSeed{f}
	s.ServiceLock = Lock{f.Disk, f.state("service.lock")}
	s.folders = f
	return s, nil
}
