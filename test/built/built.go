// Package built gives tests the host and the products that make build makes. Linking takes
// seconds of CPU time for each program, so make test builds them once for the packages that need
// them as they are shipped.
package built

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// variable is the environment variable that make test sets to the output of make build. It is not
// set when a package is tested alone: then the programs are built.
const variable = "USAGEDATA_TEST_BUILT"

// Programs puts the host and these products into the folder bin, as make build does. The test must run
// in a folder two levels below the root of the repository.
func Programs(bin string, products ...string) error {
	built := os.Getenv(variable)
	if built == "" {
		return run(bin, "appliance", "PRODUCTS="+strings.Join(products, " "))
	}
	return errors.Join(copyFile(built, bin, "usagedata"), Products(bin, products...))
}

// Products puts only these products into the folder bin.
func Products(bin string, products ...string) error {
	built := os.Getenv(variable)
	for _, product := range products {
		folder := filepath.Join("products", product)
		if built == "" {
			if err := run(bin, filepath.Join(bin, folder)); err != nil {
				return err
			}
			continue
		}
		if err := copyFolder(built, bin, folder); err != nil {
			return err
		}
	}
	return nil
}

// Receiver puts the vendor's receiver into the folder bin.
func Receiver(bin string) error {
	const program = "usagedata-collect"
	if built := os.Getenv(variable); built != "" {
		return copyFile(built, bin, program)
	}
	return run(bin, filepath.Join(bin, program))
}

func run(bin string, arguments ...string) error {
	c := exec.Command("make", append([]string{"--no-print-directory", "-C", "../..", "BIN=" + bin}, arguments...)...)
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	return nil
}

func copyFolder(from, to, name string) error {
	entries, err := os.ReadDir(filepath.Join(from, name))
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := copyFile(from, to, filepath.Join(name, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(from, to, name string) error {
	info, err := os.Stat(filepath.Join(from, name))
	if err != nil {
		return err
	}
	content, err := os.ReadFile(filepath.Join(from, name))
	if err != nil {
		return err
	}
	path := filepath.Join(to, name)
	return errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, content, info.Mode().Perm()&^0o022))
}
