package checks

import (
	"fmt"
	"time"

	"google.golang.org/grpc/status"

	"polycom.com/usagedata/test/conformance/check"
	"polycom.com/usagedata/test/conformance/result"
)

// unseen is for what can't be judged because something before it is wrong, which another check says.
func unseen(why string) check.Finding { return check.Finding{Outcome: result.Skip, Says: why} }

// failed is for checks that have nothing to say where another one fails.
func failed(f check.Finding) bool { return f.Outcome == result.Fail }

func round(d time.Duration) time.Duration {
	if d < 10*time.Millisecond {
		return d.Round(100 * time.Microsecond)
	}
	return d.Round(time.Millisecond)
}

// code is what may be shown of a call's error: not the plugin's words.
func code(err error) string {
	return fmt.Sprintf("The call failed with %s", status.Code(err))
}

// sentence begins with a capital letter, as a sentence does.
func sentence(err error) string {
	text := err.Error()
	return string(text[0]-'a'+'A') + text[1:]
}
