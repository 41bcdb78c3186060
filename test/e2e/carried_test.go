package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/stage"
)

// COLL-1: a site without a network: its documents are carried to the real receiver, some several times
// and in several files, and each is stored once, and recorded as accepted once.
func TestCarriedDocumentsAreStoredOnce(t *testing.T) {
	t.Parallel()
	const documents = 50
	s := set(t, stage.Plan{Product: "dma", Receiver: filepath.Join(bin, "usagedata-collect")})
	write(t, s.Config, read(t, s.Config)+"delivery: file\n")
	p := played{texts: map[string]string{}}
	p.says(t, s, 0, "consent", "allow", "--yes")
	waiting, err := spool.Open(durable.OS{}, filepath.Join(s.Dir, "state/spool"), 10<<20)
	if err != nil {
		t.Fatal(err)
	}
	bodies := map[string]string{}
	var receipts []string
	carry := func() {
		file := filepath.Join(s.Dir, fmt.Sprintf("carried%d", len(receipts)))
		p.says(t, s, 0, "export", file)
		for range 1 + rand.IntN(2) {
			if out, err := s.Receiver.Run("import", file); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
		}
		receipts = append(receipts, file+".receipt")
	}
	for n := range documents {
		id, body := pastDocument(n)
		bodies[id] = body
		period := usage.LastPeriod(time.Now()).Start.Add(-time.Duration(n) * time.Hour)
		if _, err := waiting.Put(id, period, []byte(body), func() error { return nil }); err != nil {
			t.Fatal(err)
		}
		if n%10 == 9 { // the documents of before are in this file too
			carry()
		}
	}
	rand.Shuffle(len(receipts), func(i, j int) { receipts[i], receipts[j] = receipts[j], receipts[i] })
	for _, receipt := range append(receipts, receipts[0]) {
		p.says(t, s, 0, "export", "--receipt", receipt)
	}
	if left, err := waiting.Waiting(); err != nil || len(left) > 0 {
		t.Errorf("%d documents still wait, %v", len(left), err)
	}
	if recorded := strings.Count(read(t, filepath.Join(s.Dir, "journal.jsonl")), `"outcome":"uploaded"`); recorded != documents {
		t.Errorf("%d were recorded as accepted", recorded)
	}
	found := fmt.Sprintf(" %d documents, ", documents)
	if out, err := s.Receiver.Run("verify"); err != nil || !strings.Contains(out, found) {
		t.Errorf("verify: %s %v", out, err)
	}
	for id, body := range bodies {
		if got, err := s.Receiver.Run("show", id); err != nil || got != body {
			t.Errorf("show %s: %v\n%s", id, err, got)
		}
	}
	hours, err := os.ReadDir(filepath.Join(s.Receiver.Dir, "store/segments/dma"))
	if err != nil || len(hours) != documents {
		t.Errorf("%d hours in the store, %v", len(hours), err)
	}
}

// pastDocument returns the document of n hours before the last.
func pastDocument(n int) (id, body string) {
	period := usage.PeriodFrom(usage.LastPeriod(time.Now()).Start.Add(-time.Duration(n) * time.Hour))
	id = fmt.Sprintf("dma-%s-%026d", period, n)
	return id, fmt.Sprintf("{\n  \"format\": \"usagedata/1\",\n  \"id\": %q,\n"+
		"  \"product\": {\"id\": \"dma\", \"name\": \"x\"},\n"+
		"  \"period\": {\"start\": %q, \"end\": %q},\n  \"categories\": {}\n}\n",
		id, period.Start.Format(time.RFC3339), period.End.Format(time.RFC3339))
}
