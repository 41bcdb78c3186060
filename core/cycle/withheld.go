package cycle

import (
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/status"
)

// recordWithheld records the finds of the leak gate. If a field was withheld in document after
// document, its line says so, and says what an administrator can do.
func (c *Cycle) recordWithheld(m *Made) {
	var found []journal.Entry
	for _, leak := range m.Report.Withheld {
		found = append(found, journal.Entry{
			Time: c.Now(), Outcome: journal.Withheld, ID: m.ID, Period: m.Period.Start, Field: leak.Place(),
			Rule:   leak.Rule,
			Reason: leak.Rule,
		})
	}
	if len(found) == 0 {
		return
	}
	before, err := c.Journal.Last(status.LookBack)
	if err != nil {
		c.Log.Error("read journal", "error", err) // the lines are only recorded without their hint
	}
	runs := journal.Runs(append(before, found...), c.Profile.ID)
	for _, line := range found {
		for _, run := range runs {
			if run.Field == line.Field && run.Rule == line.Rule && run.Due() {
				line.Reason = status.OfRun(c.Profile, run).Reason()
			}
		}
		c.record(line)
	}
}
