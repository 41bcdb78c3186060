// Package store keeps objects that are written once: the segments of what was received, and later the
// lake. A store is a folder or a bucket of an S3-compatible server; the rest of this module does not
// know which one.
package store

import (
	"context"
	"errors"
	"iter"
	"time"
)

var (
	// errExists means that another object has the name.
	errExists = errors.New("another object has this name")
	// ErrMissing means that no object has the name.
	ErrMissing = errors.New("no object has this name")
	// ErrUnreadable means that one object cannot be read, such as one in a bad part of the disk. Others can.
	ErrUnreadable = errors.New("the object cannot be read")
	// ErrFull means that the store keeps its last space free. Nothing was written.
	ErrFull = errors.New("the store is full")
)

// maxObject bounds the bytes of an object. Create refuses a larger one, and Read returns an error.
const maxObject = 512 << 20

// Store is safe for use by several goroutines, and by several processes on the same folder or bucket.
// Names are those of [validName]. The name of an object is never the folder of another one: if there
// is an object a/b, there is no object a.
type Store interface {
	// Create writes an object that does not exist yet. After nil it survives a crash of this process and,
	// as far as the store promises, a power failure. If an object with the same content exists already,
	// Create succeeds, so that it can be repeated after an answer that was lost; with other content it
	// returns [errExists]. After any other error it is unknown whether the object exists, but never a
	// part of it.
	Create(ctx context.Context, name string, content []byte) error
	// Read returns the content of an object, or [ErrMissing], or [ErrUnreadable].
	Read(ctx context.Context, name string) ([]byte, error)
	// List yields the objects whose names begin with prefix and come after another name (or all, if
	// after is empty), in the order of their bytes. Anything
	// that cannot be an object of a store, such as a hidden file, is left out. After an error with
	// an object's name, List goes on if the caller does; after another error it ends.
	List(ctx context.Context, prefix, after string) iter.Seq2[Object, error]
	// Remove removes an object; it succeeds if there is none.
	Remove(ctx context.Context, name string) error
	// Check returns an error, with a hint for the operator, if the store cannot be written now.
	Check(ctx context.Context) error
}

// Object describes an object.
type Object struct {
	Name    string
	Size    int64 // bytes
	Written time.Time
}
