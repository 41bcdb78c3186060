package conformance

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"syscall"
	"unicode/utf8"

	"polycom.com/usagedata/core/usage"
)

// refuseNoProgram returns an error if the file is no program that this machine can run, which would
// otherwise fail one check after the other. A missing file is reported when the product is opened.
func refuseNoProgram(path string) error {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if fault := programFault(file, info); fault != "" {
		return usage.WithHint(errors.New("the file plugin "+fault), "a plugin is one executable of this machine's own "+
			"format, ELF for "+runtime.GOARCH+"; see core/wire/README.md, Confinement")
	}
	return nil
}

// programFault returns why the file is no program, as the end of a sentence, or "".
func programFault(file io.ReaderAt, info os.FileInfo) string {
	switch {
	case info.IsDir():
		return "is a folder"
	case !info.Mode().IsRegular():
		return "is not a regular file"
	case info.Size() == 0:
		return "is empty"
	}
	begin := make([]byte, 512)
	n, _ := file.ReadAt(begin, 0) // a shorter file is not an error
	begin = begin[:n]
	if !bytes.HasPrefix(begin, []byte(elf.ELFMAG)) {
		return foreign(begin)
	}
	program, err := elf.NewFile(file)
	if err != nil {
		return "is a damaged program: " + strings.ReplaceAll(err.Error(), "\n", " ")
	}
	return linkFault(program, info.Size())
}

// foreign describes a file by its first bytes.
func foreign(begin []byte) string {
	line, _, _ := strings.Cut(string(begin), "\n")
	for len(begin) > 0 && !utf8.FullRune(begin[max(0, len(begin)-utf8.UTFMax):]) {
		begin = begin[:len(begin)-1] // the rest of a character that was cut
	}
	interpreter, script := strings.CutPrefix(line, "#!")
	switch {
	case script:
		return fmt.Sprintf("is a script of %.80q, which the host's sandbox does not start",
			strings.TrimSpace(interpreter))
	case bytes.HasPrefix(begin, []byte("MZ")):
		return "is a program for Windows"
	case bytes.HasPrefix(begin, []byte("\xcf\xfa\xed\xfe")), bytes.HasPrefix(begin, []byte("\xca\xfe\xba\xbe")):
		return "is a program for macOS or for Java"
	case bytes.HasPrefix(begin, []byte("PK\x03\x04")), bytes.HasPrefix(begin, []byte("\x1f\x8b")):
		return "is an archive"
	case utf8.Valid(begin) && bytes.IndexByte(begin, 0) < 0:
		return "is a text file"
	}
	return "is not a program"
}

// machines maps the name of an architecture in Go to that in ELF.
var machines = map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}

func linkFault(program *elf.File, size int64) string {
	machine := strings.ToLower(strings.TrimPrefix(program.Machine.String(), "EM_"))
	switch {
	case program.Machine != machines[runtime.GOARCH] || program.Class != elf.ELFCLASS64 ||
		program.Data != elf.ELFDATA2LSB:
		return fmt.Sprintf("is a program for another machine, %s (%s)", machine, program.Class)
	case program.OSABI != elf.ELFOSABI_NONE && program.OSABI != elf.ELFOSABI_LINUX:
		return "is a program for another system, " + strings.TrimPrefix(program.OSABI.String(), "ELFOSABI_")
	case program.Type != elf.ET_EXEC && program.Type != elf.ET_DYN:
		return "is not a linked program: its type is " + program.Type.String()
	case program.Entry == 0:
		return "is a library, which cannot be started"
	}
	for _, part := range program.Progs {
		if part.Type == elf.PT_LOAD && part.Off+part.Filesz > uint64(size) {
			return fmt.Sprintf("is cut off: it has %d bytes and needs %d", size, part.Off+part.Filesz)
		}
		if part.Type == elf.PT_INTERP && part.Filesz < 4096 {
			path, err := io.ReadAll(part.Open())
			loader := strings.TrimRight(string(path), "\x00")
			if _, missing := os.Stat(loader); err != nil || missing != nil {
				return fmt.Sprintf("needs the loader %q, which this machine does not have", loader)
			}
		}
	}
	return ""
}
