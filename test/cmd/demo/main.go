// Command demo runs the hourly job of the whole system once, for demonstration: the real host
// starts the real plugin, which reads this machine, real servers as a product has them, and a
// stand-in for the product's own interface if it has one. The host makes one document and uploads
// it over TLS to the vendor's own receiver, which stores it in a segment. It uses loopback only, checks the results
// that it shows, and exits 1 if a check fails.
//
// It works at any minute of the hour, because it uses a copy of the profile without the blackout,
// and says so.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"polycom.com/usagedata/test/stage"
)

func main() {
	product := flag.String("product", "dma", "product to run")
	bin := flag.String("bin", "bin", "`folder` that make build has filled")
	out := flag.String("out", "build/demo/dma", "`folder` for the results; emptied first")
	flag.Parse()
	if err := play(*product, *bin, *out, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func play(product, bin, out string, w io.Writer) (err error) {
	dir, err := emptyFolder(out)
	if err != nil {
		return err
	}
	if bin, err = filepath.Abs(bin); err != nil {
		return err
	}
	// If a group may write a folder, the host reads no configuration and starts no plugin below it,
	// and a checkout may be in such a folder.
	ours, err := os.MkdirTemp("", "demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(ours)) }()
	s, err := stage.Set(stage.Plan{
		Dir: dir, Bin: bin, Receiver: filepath.Join(bin, "usagedata-collect"),
		Product: product, Products: filepath.Join(ours, "products"), Whole: true,
		Config: filepath.Join(ours, "config.yaml"), Blackout: "{before: 0s, after: 0s}",
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	said, err := sendOnce(s)
	if err != nil {
		return err
	}
	seen, err := checkResults(s)
	if err != nil {
		return err
	}
	return printResults(w, out, s, said, seen)
}

// emptyFolder creates the folder again. It removes only the files of an earlier demo.
func emptyFolder(out string) (string, error) {
	dir, err := filepath.Abs(out)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(filepath.Join(dir, "point-ca.pem")); err == nil {
		if err := os.RemoveAll(dir); err != nil {
			return "", err
		}
	}
	return dir, os.MkdirAll(dir, 0o755)
}

// sendOnce does the administrator's part: it allows sending, and runs one cycle.
func sendOnce(s *stage.Stage) (said string, err error) {
	for _, args := range [][]string{{"consent", "allow", "--yes", "--by", "the demo"}, {"send"}} {
		command := s.Host(args...)
		var out, problems bytes.Buffer
		command.Stdout, command.Stderr = &out, &problems
		if err := command.Run(); err != nil {
			return "", fmt.Errorf("usagedata %s: %w\n%s", args[0], err, problems.String())
		}
		said = out.String()
	}
	return said, nil
}
