package serve

import (
	"fmt"
	"runtime/debug"
	"strings"
)

// Bounds on the log line about a crash: with more than 4 KiB the host would drop it.
const (
	maxPanic = 300 // bytes of the value
	maxStack = 2000
)

// Crash is a panic with the stack of the goroutine in which it happened. A goroutine that recovers
// a panic for another one panics with a Crash, so that the stack is not lost.
type Crash struct {
	value any
	stack string
}

// Recovered returns the result of recover as a [Crash], and nil for nil. Call it in the deferred
// function that calls recover, because it takes the stack of its own goroutine.
func Recovered(value any) *Crash {
	switch value := value.(type) {
	case nil:
		return nil
	case *Crash:
		return value
	default:
		return &Crash{value, causes(string(debug.Stack()))}
	}
}

// String returns the value of the panic.
func (c *Crash) String() string { return fmt.Sprint(c.value) }

// causes returns the stack from the function that panicked, in whole lines.
func causes(stack string) string {
	head, rest, _ := strings.Cut(stack, "\n")
	lines := strings.SplitAfter(rest, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "panic(") && i+2 < len(lines) {
			lines = lines[i+2:] // without the two lines of panic itself
			break
		}
	}
	short := head + "\n"
	for _, line := range lines {
		if len(short)+len(line) > maxStack {
			break
		}
		short += line
	}
	return short
}

// pairs returns the attributes of the log line. The host recognizes the stack by its name.
func (c *Crash) pairs() []any {
	said := c.String()
	return []any{"panic", strings.ToValidUTF8(said[:min(len(said), maxPanic)], ""), "stack", c.stack}
}
