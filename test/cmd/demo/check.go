package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/spelling"
	"polycom.com/usagedata/test/stage"
)

// findings holds the demo's findings about the received document.
type findings struct {
	id          string
	sent        int
	segment     string // the file in which the document is, and its length
	packed      int64
	wire        int64 // bytes at the host's socket
	identifiers int
	document    document
}

// document is the part of the document that the demo shows.
type document struct {
	ID         string                    `json:"id"`
	Product    struct{ ID, Name string } `json:"product"`
	Period     usage.Period              `json:"period"`
	Categories map[string]map[string]any `json:"categories"`
	Omitted    map[string]string         `json:"omitted"`
	Treated    map[string]int            `json:"treated"`
}

// checkResults compares the document that the administrator sees with the one that the collection
// point received, and searches it for the site's names.
func checkResults(s *stage.Stage) (findings, error) {
	shown, err := os.ReadFile(filepath.Join(s.Dir, "analytics.json"))
	if err != nil {
		return findings{}, err
	}
	v := findings{sent: len(shown), identifiers: len(s.Names())}
	if err := v.findSegment(filepath.Join(s.Receiver.Dir, "store")); err != nil {
		return v, err
	}
	if err := json.Unmarshal(shown, &v.document); err != nil {
		return v, err
	}
	if v.wire, err = wireBytes(s.Dir); err != nil {
		return v, err
	}
	v.id = v.document.ID
	stored, err := s.Receiver.Run("show", v.id)
	if err != nil {
		return v, err
	}
	if stored != string(shown) {
		return v, errors.New("analytics.json differs from the received document")
	}
	return v, errors.Join(checkComplete(shown, s), v.checkHardware(), checkNames(shown, s))
}

// findSegment looks for the only segment in the receiver's store.
func (v *findings) findSegment(store string) error {
	found, err := filepath.Glob(filepath.Join(store, "segments/*/*/*.jsonl.zst"))
	if err != nil {
		return err
	}
	if len(found) != 1 {
		return fmt.Errorf("the collection point has %d segments, not 1", len(found))
	}
	info, err := os.Stat(found[0])
	if err != nil {
		return err
	}
	v.segment, v.packed = found[0], info.Size()
	return nil
}

// wireBytes returns the bytes on the wire, from the journal.
func wireBytes(dir string) (int64, error) {
	var last struct {
		Outcome string
		Bytes   int64 `json:"wire_bytes"`
	}
	err := lastLine(filepath.Join(dir, "journal.jsonl"), &last)
	if err == nil && last.Outcome != "uploaded" {
		err = fmt.Errorf("the journal's last outcome is %q, not uploaded", last.Outcome)
	}
	return last.Bytes, err
}

func lastLine(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), into); err != nil {
		return fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	return nil
}

// checkComplete returns an error if a field is missing, with or without a reason: every field of
// the profile can be read here (CAT-*).
func checkComplete(shown []byte, s *stage.Stage) error {
	missing, err := s.Missing(shown)
	found := []error{err}
	for _, name := range missing {
		found = append(found, errors.New(name))
	}
	return errors.Join(found...)
}

// checkHardware compares the reported hardware with this machine, if the product reports it.
func (v findings) checkHardware() error {
	hardware, reported := v.document.Categories["hardware_configuration"]
	if !reported {
		return nil
	}
	if got := hardware["cpu_threads"]; got != float64(runtime.NumCPU()) {
		return fmt.Errorf("cpu_threads is %v, but this machine has %d", got, runtime.NumCPU())
	}
	memory, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return err
	}
	var kilobytes float64
	if _, err := fmt.Sscanf(string(memory), "MemTotal: %f kB", &kilobytes); err != nil {
		return err
	}
	if got := hardware["memory_bytes"]; got != kilobytes*1024 {
		return fmt.Errorf("memory_bytes is %v, but this machine has %.0f", got, kilobytes*1024)
	}
	return nil
}

// checkNames searches for the names of everything that the plugin read, in any spelling, and for
// the serial number, which must be present.
func checkNames(shown []byte, s *stage.Stage) error {
	for _, name := range s.Names() {
		if spelling.Finds(string(shown), name) {
			return errors.New("a name of the site is in the document")
		}
	}
	if !strings.Contains(string(shown), s.Serial) {
		return errors.New("the serial number is not in the document")
	}
	return nil
}
