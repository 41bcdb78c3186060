package quarantine

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"polycom.com/usagedata/core/durable"
)

// maxRecord is larger than any ledger, in bytes.
const maxRecord = 32 << 10

func (r Record) store(l ledger) error { return r.storeBy(durable.WriteFile, l) }

// write is [durable.WriteFile] or [durable.Replace].
type write func(disk durable.Disk, path string, data []byte, mode fs.FileMode) error

func (r Record) storeBy(write write, l ledger) error {
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	return write(r.disk, r.path, durable.Seal(text), 0o600)
}

// load reads the ledger. If there is no file, the ledger is empty. Any error counts as damage,
// because the file can be replaced in any case.
func (r Record) load() (ledger, error) {
	text, err := durable.ReadSealed(r.disk, r.path, maxRecord)
	if errors.Is(err, fs.ErrNotExist) {
		return ledger{}, nil
	}
	if err != nil {
		return ledger{}, err
	}
	return decode(text)
}

func decode(text []byte) (ledger, error) {
	var l ledger
	if json.Unmarshal(text, &l) != nil || l.invalid() {
		return ledger{}, fmt.Errorf("not a record of starts: %w", durable.ErrDamaged)
	}
	return l, nil
}

// invalid reports whether this package cannot have written the ledger.
func (l *ledger) invalid() bool {
	return len(l.Dates) > maxDates || len(l.Binaries) > maxBinaries ||
		slices.ContainsFunc(l.Dates, func(d date) bool { return d.Starts < 0 }) ||
		slices.ContainsFunc(l.Binaries, func(e entry) bool { return e.Failures < 0 })
}

// MarshalText returns the whole checksum as sha256sum prints it.
func (b Binary) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(b[:])), nil }

// UnmarshalText parses the output of [Binary.MarshalText].
func (b *Binary) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(b)) {
		return errors.New("not a checksum")
	}
	_, err := hex.Decode(b[:], text)
	return err
}

func recordError(action string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s the record of the plugin's starts: %w", action, err)
}
