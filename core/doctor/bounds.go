package doctor

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"polycom.com/usagedata/core/quarantine"
)

// limits lists the plugin's limits, and the consequences if it fails. No part can fail: the host
// enforces them.
func (i Installation) limits() []Finding {
	l := i.Host.Limits()
	return []Finding{
		works("limits", "a plugin that exceeds them is stopped, or its data is dropped"),
		works("limits/time",
			fmt.Sprintf("%s to start, %s to describe itself, %s for a category, %s for a whole cycle, %s to stop",
				seconds(l.Start), seconds(l.Describe), seconds(l.Category), seconds(l.Whole), seconds(l.Stop))),
		works("limits/messages", fmt.Sprintf("at most %d KiB each; one for each category", l.Message>>10)),
		works("limits/log", fmt.Sprintf("%d lines a cycle, at most %d KiB each, made anonymous", l.Lines, l.Line>>10)),
		works("limits/environment",
			"only the handshake's variables, "+strings.Join(i.Host.Environment(), ", ")),
		works("limits/inherited", "only the three standard streams; the plugin exits when standard input is closed"),
		works("limits/failures",
			fmt.Sprintf("the plugin is started again after a minute, later once an hour, at most %d times a day; it "+
				"is set aside after %d failures in a row", quarantine.MaxPerDay, quarantine.MaxFailures)),
	}
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + " s" }

// sandbox lists the protections that this appliance's kernel gives. If one is missing, that is a
// failure only if the profile demands it.
func (i Installation) sandbox() []Finding {
	report, err := i.Host.Confinement()
	found := []Finding{tried("confinement", "the plugin's sandbox on this appliance", err)}
	demanded := i.Settings.Installed.Profile.Confinement.Minimum
	for _, m := range report {
		part := "confinement/" + string(m.Feature)
		switch {
		case m.Enforced:
			found = append(found, works(part, m.Detail))
		case slices.Contains(demanded, m.Feature):
			found = append(found, failed(part, errors.New(m.Detail)))
		default:
			found = append(found, skipped(part, m.Detail))
		}
	}
	return found
}
