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

// ErrDamaged is returned if data is not the data that was sealed.
var ErrDamaged = errors.New("damaged: content does not match its checksum")

const sealMark = "sha256:"

// sealSize is the length of the line that [Seal] puts in front, with its line break.
const sealSize = int64(len(sealMark) + 2*sha256.Size + 1)

// Seal puts a line with the checksum of data in front of it. The seal detects damage, by a disk or
// a careless edit; it does not protect against forgery.
func Seal(data []byte) []byte {
	sum := sha256.Sum256(data)
	sealed := make([]byte, 0, sealSize+int64(len(data)))
	sealed = append(sealed, sealMark...)
	sealed = hex.AppendEncode(sealed, sum[:])
	sealed = append(sealed, '\n')
	return append(sealed, data...)
}

// Unseal returns the data that was sealed, or [ErrDamaged]. It accepts exactly the output of
// [Seal], and never panics.
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

// WriteSealed is [WriteFile] for data with a seal in front.
func WriteSealed(disk Disk, path string, data []byte, mode fs.FileMode) error {
	return WriteFile(disk, path, Seal(data), mode)
}

// ReadSealed reads a file that [WriteSealed] wrote with at most `most` bytes of data. A file that
// is longer, or not a plain file, is damaged too. A file that its owner may not read is made
// readable again: the seal shows whether it is the one that was written.
func ReadSealed(disk Disk, path string, most int64) ([]byte, error) {
	sealed, _, err := ReadFile(disk, path, most+sealSize)
	if makeReadable(disk, path, err) {
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

// ReadFile reads a plain file of at most `most` bytes, and describes the file that it read. It
// follows no symbolic link and does not wait on a pipe: if path is not a plain file, or is longer,
// the error wraps [ErrDamaged].
func ReadFile(disk Disk, path string, most int64) ([]byte, fs.FileInfo, error) {
	return ReadFileUnless(disk, path, most, func(fs.FileInfo) bool { return false })
}

// ReadFileUnless is [ReadFile] for a caller that may know the content already: it opens the file, and
// returns no content if known returns true for it.
func ReadFileUnless(disk Disk, path string, most int64, known func(fs.FileInfo) bool) ([]byte, fs.FileInfo, error) {
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
	if known(info) {
		return nil, info, nil
	}
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("read %s: %w", path, errTooLong)
	}
	return data, info, err
}

// Zeros reports whether a file has content and all of it is zeros: the file was overwritten, or a
// power failure kept its content from the disk.
func Zeros(text []byte) bool { return len(text) > 0 && len(bytes.Trim(text, "\x00")) == 0 }

// damage is an error that wraps [ErrDamaged] and says more.
type damage string

func (d damage) Error() string { return string(d) }
func (d damage) Unwrap() error { return ErrDamaged }

const (
	errNotPlain = damage("not a plain file")
	errTooLong  = damage("longer than the limit")
)
