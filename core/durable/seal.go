package durable

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// ErrDamaged says that sealed data is not what was sealed.
var ErrDamaged = errors.New("damaged: content does not match its checksum")

const sealMark = "sha256:"

// sealSize is the length of the line that Seal puts in front, with its line break.
const sealSize = int64(len(sealMark) + 2*sha256.Size + 1)

// Seal puts a line with the checksum of data in front of it. The seal tells damage, by a disk
// or a careless hand; it is no defence against somebody who means to forge.
func Seal(data []byte) []byte {
	sum := sha256.Sum256(data)
	sealed := make([]byte, 0, sealSize+int64(len(data)))
	sealed = append(sealed, sealMark...)
	sealed = hex.AppendEncode(sealed, sum[:])
	sealed = append(sealed, '\n')
	return append(sealed, data...)
}

// Unseal gives back the data that was sealed, or ErrDamaged. It accepts exactly what Seal
// makes, and never panics, whatever it is given.
func Unseal(sealed []byte) ([]byte, error) {
	if int64(len(sealed)) < sealSize {
		return nil, ErrDamaged
	}
	data := sealed[sealSize:]
	if !bytes.Equal(Seal(data)[:sealSize], sealed[:sealSize]) {
		return nil, ErrDamaged
	}
	return data, nil
}

// WriteSealed is WriteFile with the seal in front.
func WriteSealed(disk Disk, path string, data []byte, mode fs.FileMode) error {
	return WriteFile(disk, path, Seal(data), mode)
}

// ReadSealed reads a file that WriteSealed wrote with at most `most` bytes of data. What is
// longer than that, or no plain file, is damaged too. One that its owner may not read is made readable again: the seal
// says whether it is what was written.
func ReadSealed(disk Disk, path string, most int64) ([]byte, error) {
	sealed, _, err := ReadFile(disk, path, most+sealSize)
	if readable(disk, path, err) {
		sealed, _, err = ReadFile(disk, path, most+sealSize)
	}
	if err != nil {
		return nil, err
	}
	data, err := Unseal(sealed)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return data, nil
}

// ReadFile reads a plain file of at most `most` bytes, and describes the file that it read.
// It follows no symbolic link and does not wait on a pipe: what is not a plain file, or is
// longer, is an error that wraps ErrDamaged.
func ReadFile(disk Disk, path string, most int64) ([]byte, fs.FileInfo, error) {
	f, err := disk.Open(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if errors.Is(err, syscall.ELOOP) || errors.Is(err, syscall.ENXIO) { // a link, a socket
		return nil, nil, fmt.Errorf("read %s: %w", path, errNotPlain)
	}
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, info, fmt.Errorf("read %s: %w", path, errNotPlain)
	}
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("read %s: %w", path, errTooLong)
	}
	return data, info, err
}

// Zeros reports whether a file's content is nothing but zeros, of which there is one at least: an
// overwritten file, or one whose content a cut of power kept from the disk.
func Zeros(text []byte) bool { return len(text) > 0 && len(bytes.Trim(text, "\x00")) == 0 }

// damage is a way of being damaged that says more than ErrDamaged and is that too.
type damage string

func (d damage) Error() string { return string(d) }
func (d damage) Unwrap() error { return ErrDamaged }

const (
	errNotPlain = damage("not a plain file")
	errTooLong  = damage("longer than it can be")
)
