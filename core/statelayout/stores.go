package statelayout

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/quarantine"
	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/core/usage"
)

// Folders say where the service keeps its files.
type Folders struct {
	Disk      durable.Disk
	State     string
	Log       string
	Analytics string // the file, not a folder, of the document that was accepted last
	// Mended is called with a sentence for each damaged file that was replaced; nil: there is
	// nobody to say it to.
	Mended func(says string)
}

func (f Folders) state(name string) string { return filepath.Join(f.State, name) }

func (f Folders) makeAll(folders ...string) error {
	var problems []error
	for _, folder := range folders {
		if err := durable.MakeFolder(f.Disk, folder, 0o750); err != nil {
			problems = append(problems, usage.WithHint(fmt.Errorf("make folder: %w", err),
				"give under `folders` one that the service's user may make and write"))
		}
	}
	return errors.Join(problems...)
}

// Decision is the store of the customer's decision.
func (f Folders) Decision() consent.Store {
	return consent.Open(f.Disk, f.state("decision.json"), f.state("decisions.jsonl"))
}

// Key is the store of the key of the pseudonyms.
func (f Folders) Key() anonymize.KeyStore { return anonymize.OpenKey(f.Disk, f.state("key")) }

// Journal is the customer's record.
func (f Folders) Journal() *journal.Journal {
	return journal.Open(f.Disk, filepath.Join(f.Log, "journal.jsonl"))
}

// Records are the stores that a decision changes. They need the folders only: an administrator can
// withdraw consent even if the product, its plugin or a certificate is broken (CONS-2).
type Records struct {
	Decision  consent.Store
	Key       anonymize.KeyStore
	Spool     *spool.Spool // nil if it could not be opened
	Journal   *journal.Journal
	CycleLock Lock // held while a cycle runs, and while the key is replaced
}

// OpenRecords makes the folders if they are missing, and opens the records. The spool holds at most
// spoolBytes. It does not bring the state folder forward: a denial only removes, and every version
// reads it. The records are worth using after an error too: a denial takes effect without a folder
// for the journal, and without a spool (CONS-2).
func (f Folders) OpenRecords(spoolBytes int64) (Records, error) {
	missing := f.makeAll(f.State, f.Log)
	records, err := f.records(spoolBytes)
	return records, errors.Join(missing, err)
}

func (f Folders) records(spoolBytes int64) (Records, error) {
	waiting, err := spool.Open(f.Disk, f.state("spool"), spoolBytes)
	return Records{
		Decision: f.Decision(), Key: f.Key(), Spool: waiting, Journal: f.Journal(),
		CycleLock: Lock{f.Disk, f.state("cycle.lock")},
	}, err
}

// EmptySpool removes every waiting document and records each as dropped, for this reason. A crash
// in the middle leaves documents to the next call; a crash before a line is written loses that
// line, and no document that could still be sent.
func (r Records) EmptySpool(now time.Time, reason string) error {
	if r.Spool == nil {
		return errors.New("empty the spool: it could not be opened")
	}
	removed, err := r.Spool.Clear()
	for _, id := range removed {
		line := journal.Entry{Time: now, Outcome: journal.Dropped, ID: id, Reason: reason}
		err = errors.Join(err, r.Journal.Record(line))
	}
	return err
}

// Stores are all that the service keeps.
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
func (f Folders) Open(limits profile.Limits, plugin quarantine.Binary) (s Stores, err error) {
	if err := f.makeAll(f.State, f.Log, filepath.Dir(f.Analytics)); err != nil {
		return s, err
	}
	// Before anything is opened: the budget begins a new record if it finds none under its name.
	if err := f.forward(); err != nil {
		return s, err
	}
	if s.Records, err = f.records(limits.Spool); err != nil {
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
