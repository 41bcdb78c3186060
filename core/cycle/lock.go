package cycle

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

// ErrBusy says that another process does the same for this appliance now.
var ErrBusy = errors.New("it is under way already")

// lock keeps two cycles of one appliance apart, `send` beside `run` for example. The kernel drops it when the process
// ends, however it ends.
func lock(disk durable.Disk, path string) (unlock func(), err error) {
	unlock, holder, err := durable.Claim(disk, path, strconv.Itoa(os.Getpid()))
	if errors.Is(err, durable.ErrHeld) {
		return nil, usage.WithHint(fmt.Errorf("%w, by process %s", ErrBusy, holder),
			"a cycle takes seconds: try again then; of the service only one can run")
	}
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	return unlock, nil
}
