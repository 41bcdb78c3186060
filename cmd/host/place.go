package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"

	"polycom.com/usagedata/core/usage"
)

// placing is the name of the process that writes the file of an export. It is this program, started
// by the command before that acts as the service's user: only the person who gave the command may write
// to a folder such as that of a stick. It ends with the command, however that ends, and leaves no part.
const placing = "usagedata-export"

// order is what the command wants of the process; reply is its answer.
type (
	order struct {
		Content []byte // nil: let the file appear
	}
	reply struct {
		Problem, Hint string
		Usage         bool // the person can name another file
	}
)

// placed is a file that appears with all of its content, or never.
type placed struct {
	process *exec.Cmd
	in      io.WriteCloser
	orders  *json.Encoder
	replies *json.Decoder
}

// placeAt starts the process, which checks that there may be a file at path.
func placeAt(path string, force bool) (*placed, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, failed(fmt.Errorf("write the export: %w", err))
	}
	process := exec.Command(program, path, fmt.Sprint(force))
	process.Args[0], process.Stderr = placing, os.Stderr
	in, inErr := process.StdinPipe()
	out, outErr := process.StdoutPipe()
	if err := errors.Join(inErr, outErr); err != nil {
		return nil, failed(fmt.Errorf("write the export: %w", err))
	}
	if err := process.Start(); err != nil {
		return nil, failed(fmt.Errorf("write the export: %w", err))
	}
	p := &placed{process, in, json.NewEncoder(in), json.NewDecoder(out)}
	if err := p.reply(); err != nil {
		p.abandon()
		return nil, err
	}
	return p, nil
}

func (p *placed) stage(content []byte) error { return p.order(order{content}) }
func (p *placed) commit() error              { return p.order(order{}) }

func (p *placed) order(o order) error {
	if err := p.orders.Encode(o); err != nil {
		return failed(fmt.Errorf("write the export: %w", err))
	}
	return p.reply()
}

func (p *placed) reply() error {
	var r reply
	if err := p.replies.Decode(&r); err != nil {
		return failed(errors.New("write the export: the process that writes the file has ended"))
	}
	if r.Problem == "" {
		return nil
	}
	err := usage.WithHint(errors.New(r.Problem), r.Hint)
	if r.Usage {
		return exit{err, exitUsage}
	}
	return failed(err)
}

// abandon ends the process, which removes what it has not let appear.
func (p *placed) abandon() {
	p.in.Close()
	_ = p.process.Wait()
}

// place is the process: it answers once when it is ready, and once to each order.
func place(path string, force bool, in io.Reader, out io.Writer) int {
	// The command decides. When it was killed, an answer must be an error, and not end this process too.
	signal.Ignore(syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	orders, replies := json.NewDecoder(in), json.NewEncoder(out)
	answer := func(err error) bool {
		r := reply{}
		if err != nil {
			r = reply{usage.PlainLine(err), usage.HintOf(err), errors.As(err, &misnamed{})}
		}
		return replies.Encode(r) == nil && err == nil
	}
	file, err := openPlace(path, force)
	if err == nil {
		defer os.Remove(file.Name()) // also if nobody reads the answer
	}
	if !answer(err) {
		return exitFailed
	}
	var o order
	if orders.Decode(&o) != nil || !answer(explainWrite(fill(file, o.Content))) {
		return exitFailed
	}
	if orders.Decode(&o) != nil || !answer(explainWrite(appear(file.Name(), path, force))) {
		return exitFailed
	}
	return exitOK
}

// misnamed is an error about the name of the file.
type misnamed struct{ error }

func (m misnamed) Unwrap() error { return m.error }

// openPlace makes the hidden file that is written first, in the same folder.
func openPlace(path string, force bool) (*os.File, error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err == nil && !info.Mode().IsRegular():
		return nil, misnamed{usage.WithHint(fmt.Errorf("write the export: %s is not a file", path),
			"give another name")}
	case err == nil && !force:
		return nil, misnamed{usage.WithHint(fmt.Errorf("write the export: %s exists", path),
			"give another name, or replace it with --force")}
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".usagedata-export-")
	if err != nil {
		err = fmt.Errorf("write the export: %s: %w", filepath.Dir(path), errors.Unwrap(err))
		return nil, misnamed{usage.WithHint(err, "give a file in an existing folder to which you may write")}
	}
	return file, nil
}

func fill(file *os.File, content []byte) error {
	_, err := file.Write(content)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// appear gives the file its name, durably.
func appear(from, path string, force bool) error {
	move := renameNew
	if force {
		move = os.Rename
	}
	if err := move(from, path); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}

func explainWrite(err error) error {
	hint := "give a file in another folder"
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		err, hint = errors.New("the disk is full"), "make room, or give a file on another disk; nothing was exported"
	case errors.Is(err, fs.ErrExist):
		err, hint = errors.New("the file exists by now"), "give another name, or replace it with --force"
	}
	return usage.WithHint(fmt.Errorf("write the export: %w", err), hint)
}
