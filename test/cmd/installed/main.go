// Command installed tests the packages as a packager and an administrator use them, in a Debian
// root that debootstrap creates: install, configure, decide, one cycle to the collection point, an
// upgrade with a document waiting, the sysv script, removal, purge; and the same with rpm. It
// prints a line for each step, and exits 1 at the first failure. It must run as root, and uses
// loopback only.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	var s site
	flag.StringVar(&s.old, "old", "", "folder with the packages of an earlier version")
	flag.StringVar(&s.now, "new", "", "folder with the packages of this version")
	flag.StringVar(&s.again, "again", "", "folder with the packages of this version, built later in another clone; "+
		"empty: not compared")
	flag.StringVar(&s.work, "work", "build/installed", "working folder")
	flag.StringVar(&s.product, "product", "dma", "product to install")
	flag.StringVar(&s.other, "other", "websuite", "second product, whose packages are in the folder too")
	flag.BoolVar(&s.python, "python", true, "also test the plugin in Python; downloads its Debian packages once")
	flag.Parse()
	if err := s.play(); err != nil {
		fmt.Fprintln(os.Stderr, "installed:", err)
		os.Exit(1)
	}
}

// site is the setup of the test.
type site struct {
	old, now, again, work string
	product, other        string
	python                bool

	root  string // of the simulated appliance
	point *point
}

// step is one action and its checks.
type step struct {
	name string
	do   func(*site) error
}

func (s *site) play() (err error) {
	if err := s.prepare(); err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	defer func() { err = errors.Join(err, s.point.close()) }()
	if s.again != "" {
		if err := s.take(onOtherPackages); err != nil {
			return err
		}
	}
	onDpkg := slices.Concat(onDebian, onCollect)
	for _, steps := range [][]step{onPackages, onFormer, onFormerRPM, onDpkg, onRPM, onOutside} {
		if err := s.fresh(); err != nil {
			return fmt.Errorf("create a root: %w", err)
		}
		if err := s.take(steps); err != nil {
			return err
		}
	}
	if s.python {
		if err := s.take(onPython); err != nil {
			return err
		}
	}
	return os.RemoveAll(s.root)
}

func (s *site) take(steps []step) error {
	for _, step := range steps {
		if err := step.do(s); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
		fmt.Fprintln(os.Stdout, "ok  ", step.name)
	}
	return nil
}

func (s *site) prepare() (err error) {
	if os.Geteuid() != 0 {
		return errors.New("run it as root: it installs packages into a separate root folder")
	}
	for _, dir := range []*string{&s.old, &s.now, &s.work} {
		if *dir, err = filepath.Abs(*dir); err != nil {
			return err
		}
	}
	s.root = filepath.Join(s.work, "root")
	if err := os.MkdirAll(s.work, 0o755); err != nil {
		return err
	}
	s.point, err = startPoint(filepath.Join(s.work, "point"))
	return err
}

// fresh creates an empty Debian root from the one that debootstrap created once.
func (s *site) fresh() error {
	base := filepath.Join(s.work, "base.tar")
	if _, err := os.Stat(base); err != nil {
		made := filepath.Join(s.work, "base")
		if _, err := s.host("debootstrap", "--variant=minbase", "bookworm", made,
			"http://deb.debian.org/debian"); err != nil {
			return err
		}
		if _, err := s.host("tar", "-C", made, "--one-file-system", "-cf", base, "."); err != nil {
			return err
		}
		if err := os.RemoveAll(made); err != nil {
			return err
		}
	}
	return s.lay(base)
}

// lay creates the root again from an archive.
func (s *site) lay(tree string) error {
	if err := os.RemoveAll(s.root); err != nil {
		return err
	}
	if err := os.MkdirAll(s.root, 0o755); err != nil {
		return err
	}
	_, err := s.host("tar", "-C", s.root, "-xf", tree)
	return err
}
