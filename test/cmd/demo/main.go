// Command demo shows the whole system doing its hourly job once, for a person to look at: the real host starts the real
// plugin, which reads this machine, real servers such as a product has, and a stand-in for the product's own interface
// where it has one; the host makes one document of it and uploads it over TLS to a stand-in for the collection point.
// Loopback only. It checks what it shows and exits 1 if a check fails.
//
// It works at any minute of the hour, because it uses a copy of the profile without the blackout, and says so.
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
	product := flag.String("product", "dma", "the product to play")
	bin := flag.String("bin", "bin", "folder with what `make build` made")
	out := flag.String("out", "build/demo/dma", "folder to keep the results in; emptied first")
	flag.Parse()
	if err := play(*product, *bin, *out, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func play(product, bin, out string, w io.Writer) (err error) {
	dir, err := emptied(out)
	if err != nil {
		return err
	}
	if bin, err = filepath.Abs(bin); err != nil {
		return err
	}
	// The host reads no configuration and starts no plugin from below a folder that a group may write, and a checkout may
	// be one.
	ours, err := os.MkdirTemp("", "demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(ours)) }()
	s, err := stage.Set(stage.Plan{Dir: dir, Bin: bin, Product: product, Products: filepath.Join(ours, "products"),
		Config: filepath.Join(ours, "config.yaml"), Whole: true, Blackout: "{before: 0s, after: 0s}"})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	said, err := act(s)
	if err != nil {
		return err
	}
	seen, err := look(s)
	if err != nil {
		return err
	}
	return tell(w, out, s, said, seen)
}

// emptied makes the folder anew. Only what an earlier demo left is removed.
func emptied(out string) (string, error) {
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

// act is the administrator: allows, and lets one cycle run.
func act(s *stage.Stage) (said string, err error) {
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
