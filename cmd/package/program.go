package main

import (
	"bytes"
	"debug/buildinfo"
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// program is an executable of a package.
type program struct {
	path  string
	built *debug.BuildInfo // nil if the program is not written in Go
	needs []string         // the libraries that it is linked with dynamically
}

// machines are the architectures of packages, with the machine type of their programs.
var machines = map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}

// readProgram reads a program, and returns an error unless it can run on an appliance of that
// architecture.
func readProgram(path, arch string) (program, error) {
	f, err := os.Open(path)
	if err != nil {
		return program{}, err
	}
	defer f.Close()
	binary, err := elf.NewFile(f)
	if err != nil {
		return program{}, notProgram(f)
	}
	info, err := f.Stat()
	if err != nil {
		return program{}, err
	}
	if err := runsOn(binary, arch, info.Size()); err != nil {
		return program{}, fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	needs, err := binary.ImportedLibraries()
	if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
		return program{}, fmt.Errorf("read the libraries that %s needs: %w", filepath.Base(path), err)
	}
	built, err := buildinfo.ReadFile(path)
	if err != nil {
		return program{path: path, needs: needs}, nil
	}
	return program{path, built, needs}, nil
}

// notProgram distinguishes a script, which works in any shell but not under the host, from other
// files.
func notProgram(f *os.File) error {
	begin := make([]byte, 2)
	if _, err := f.ReadAt(begin, 0); err == nil && bytes.Equal(begin, []byte("#!")) {
		return usage.WithHint(fmt.Errorf("read %s: it is a script, and the host starts no interpreter",
			filepath.Base(f.Name())),
			"link the interpreter and the script into one program, as core/wire/README.md describes under Confinement")
	}
	return usage.WithHint(fmt.Errorf("read %s: it is not a Linux program (ELF)", filepath.Base(f.Name())),
		"build it for Linux, and give the folder with the result")
}

func runsOn(binary *elf.File, arch string, size int64) error {
	machine, known := machines[arch]
	switch {
	case !known:
		return fmt.Errorf("the architecture must be amd64 or arm64, not %q", arch)
	case binary.OSABI != elf.ELFOSABI_NONE && binary.OSABI != elf.ELFOSABI_LINUX:
		return errors.New("it is not built for Linux")
	case binary.Machine != machine || binary.Class != elf.ELFCLASS64:
		return usage.WithHint(fmt.Errorf("it is built for %s, not for %s", archOf(binary), arch),
			"give its architecture with ARCHS= of make or --arch of this program")
	case binary.Type != elf.ET_EXEC && binary.Type != elf.ET_DYN || binary.Entry == 0:
		return errors.New("it is a library or an object file, not a program")
	}
	for _, part := range binary.Progs {
		if part.Off+part.Filesz > uint64(size) {
			return errors.New("the file is truncated")
		}
	}
	return nil
}

func archOf(binary *elf.File) string {
	for arch, machine := range machines {
		if binary.Machine == machine && binary.Class == elf.ELFCLASS64 {
			return arch
		}
	}
	return "another machine"
}

// fips returns the version of Go's validated cryptographic module that the program was built with;
// empty for any other program. The package's name depends on it, so that no flag can claim
// something false about the program.
func (p program) fips() (string, error) {
	if p.built == nil {
		return "", nil
	}
	for _, s := range p.built.Settings {
		switch {
		case s.Key != "GOFIPS140" || s.Value == "off":
		case s.Value == "latest":
			return "", usage.WithHint(errors.New("FIPS=latest does not select a validated module"),
				"give a version, such as FIPS=v1.0.0")
		default:
			return s.Value, nil
		}
	}
	return "", nil
}

// variant returns a package's name. A FIPS build has a different name, so that no upgrade leads
// from one build to the other.
func variant(name, fips string) string {
	if fips == "" {
		return name
	}
	return name + "-fips"
}

// checkProfile checks that a plugin built with the SDK contains this profile: it could contain
// another product's profile, or another version. For other plugins, the host does this check by
// asking them.
func (p program) checkProfile(folder string) error {
	if p.built == nil || p.built.Main.Path != own &&
		!slices.ContainsFunc(p.built.Deps, func(d *debug.Module) bool { return d.Path == own }) {
		return nil
	}
	text, err := os.ReadFile(filepath.Join(folder, profile.FileName))
	if err != nil {
		return err
	}
	inside, err := os.ReadFile(p.path)
	if err == nil && !bytes.Contains(inside, text) {
		err = usage.WithHint(fmt.Errorf("the plugin in %s was not built with the %s in the same folder, but for "+
			"another product or with another version of the profile", folder, profile.FileName),
			"build the plugin again; it contains its profile (go:embed)")
	}
	return err
}
