package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// simulation is the id of the bugs that test/simulate plants behind the interfaces of a whole
// service.
const simulation = "simulation"

// runSimulation runs the table of test/simulate and prints it. Its test fails if a bug is not
// found, or is found by another rule.
func runSimulation(ctx context.Context, out io.Writer) bool {
	command := exec.CommandContext(ctx, "go", "test", "-v", "-run", "^TestPlantedBugsAreFound$", "./test/simulate")
	command.Env = append(os.Environ(), "GOGC=400")
	output, err := command.CombinedOutput()
	for line := range bytes.Lines(output) {
		if text := strings.TrimRight(string(line), "\n"); !strings.HasPrefix(strings.TrimSpace(text), "=== ") {
			fmt.Fprintln(out, text)
		}
	}
	return err == nil
}
