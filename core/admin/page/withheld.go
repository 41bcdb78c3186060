package page

import (
	"time"

	"polycom.com/usagedata/core/status"
)

// withheld is a field that the leak gate withholds in document after document.
type withheld struct {
	status.Withheld
	Since when
}

func allWithheld(all []status.Withheld, now time.Time) [][]withheld {
	var groups [][]withheld
	for _, group := range status.ByHint(all) {
		var fields []withheld
		for _, w := range group {
			since := at(w.Since, now)
			since.Text = w.Since.In(now.Location()).Format("Mon 2 Jan 2006, 15:04 MST") // an hour
			fields = append(fields, withheld{w, since})
		}
		groups = append(groups, fields)
	}
	return groups
}
