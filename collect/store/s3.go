package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
)

// S3 is a store in a bucket of an S3-compatible server.
//
// Create is a PUT with If-None-Match: *, so that the server itself refuses to replace an object, and
// with a SHA-256 sum, so that it refuses a damaged one. When an answer is lost, Create sends it again:
// if the first one arrived, the server refuses the second, and Create compares the content. A crash
// leaves the object whole or not at all. Whether it survives a power failure is up to the server.
//
// The sum is kept with the object, and Read compares it. Errors hold neither credentials nor anything
// that the server has sent, except its status and the codes of [codes].
type S3 struct {
	core     minio.Core
	bucket   string
	prefix   string // of the keys; it ends with a slash, unless it is empty
	timeout  time.Duration
	pageSize int
}

// sumKey is the header that keeps an object's SHA-256 sum with it.
const sumKey = "X-Amz-Meta-Sha256"

// Create implements [Store]. It tries again until ctx ends, at most [longest].
func (s *S3) Create(ctx context.Context, name string, content []byte) error {
	if err := checkName(name); err != nil {
		return err
	}
	if len(content) > maxObject {
		return fmt.Errorf("create %s: %w", name, errTooLarge)
	}
	return s.retry(ctx, "create "+name, int64(len(content)), func(ctx context.Context) error {
		err := s.put(ctx, s.prefix+name, content)
		if !errors.Is(err, errCondition) {
			return err
		}
		there, err := s.get(ctx, s.prefix+name)
		switch {
		case errors.Is(err, ErrMissing): // removed meanwhile
			return errAgain
		case err == nil && !bytes.Equal(there, content):
			return errExists
		}
		return err
	})
}

func (s *S3) put(ctx context.Context, key string, content []byte) error {
	sum := sha256.Sum256(content)
	options := minio.PutObjectOptions{
		DisableContentSha256: true, // in chunks: the sum of the whole is in the signature
		UserMetadata:         map[string]string{sumKey: hex.EncodeToString(sum[:])},
	}
	options.SetMatchETagExcept("*")
	_, err := s.core.PutObject(ctx, s.bucket, key, bytes.NewReader(content), int64(len(content)), "",
		hex.EncodeToString(sum[:]), options)
	return s.failure(err)
}

// Read implements [Store].
func (s *S3) Read(ctx context.Context, name string) (content []byte, err error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	attempts := 0
	err = s.retry(ctx, "read "+name, maxObject, func(ctx context.Context) error {
		attempts++
		content, err = s.get(ctx, s.prefix+name)
		if errors.Is(err, errDamaged) && attempts == 3 { // it was not damaged on the way
			return final{err}
		}
		return err
	})
	return content, err
}

func (s *S3) get(ctx context.Context, key string) ([]byte, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	timer := time.AfterFunc(s.timeout, cancel) // an object's size is known when the answer begins
	defer timer.Stop()
	body, info, header, err := s.core.GetObject(ctx, s.bucket, key, minio.GetObjectOptions{})
	if err != nil {
		return nil, s.failure(err)
	}
	defer body.Close()
	if info.Size > maxObject {
		return nil, fmt.Errorf("%w: %w", ErrUnreadable, errTooLarge)
	}
	timer.Reset(s.limit(info.Size))
	content, err := io.ReadAll(io.LimitReader(body, maxObject+1))
	if err != nil {
		return nil, s.failure(err)
	}
	if len(content) > maxObject {
		return nil, fmt.Errorf("%w: %w", ErrUnreadable, errTooLarge)
	}
	sum := sha256.Sum256(content)
	if kept := header.Get(sumKey); kept != "" && !strings.EqualFold(kept, hex.EncodeToString(sum[:])) {
		return nil, fmt.Errorf("%w: %w", ErrUnreadable, errDamaged)
	}
	return content, nil
}

// limit returns how long one request may take that transfers this many bytes.
func (s *S3) limit(size int64) time.Duration {
	return s.timeout + time.Duration(max(0, size)/perSecond)*time.Second
}

// maxPage is how many objects one request lists.
const maxPage = 1000

// List implements [Store].
func (s *S3) List(ctx context.Context, prefix, after string) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		if !validPrefix(prefix) {
			yield(Object{}, prefixError(prefix))
			return
		}
		last := ""
		if after != "" {
			last = s.prefix + after
		}
		for more := true; more; {
			var page []minio.ObjectInfo
			err := s.retry(ctx, "list", 0, func(ctx context.Context) (err error) {
				page, more, err = s.page(ctx, s.prefix+prefix, last)
				return err
			})
			if err != nil {
				yield(Object{}, err)
				return
			}
			for _, o := range page {
				last = o.Key
				name := strings.TrimPrefix(o.Key, s.prefix)
				if validName(name) && !yield(Object{Name: name, Size: o.Size, Written: o.LastModified}, nil) {
					return
				}
			}
		}
	}
}

// page returns the objects that come after the key last, and whether there may be more.
func (s *S3) page(ctx context.Context, prefix, last string) (page []minio.ObjectInfo, more bool, err error) {
	options := minio.ListObjectsOptions{Prefix: prefix, Recursive: true, StartAfter: last, MaxKeys: s.pageSize}
	fetchOwner := false
	options.FetchOwner = &fetchOwner
	for o := range s.core.ListObjectsIter(ctx, s.bucket, options) {
		if o.Err != nil {
			return nil, false, s.failure(o.Err)
		}
		if !strings.HasPrefix(o.Key, prefix) || o.Key <= last {
			return nil, false, errOrder
		}
		page, last = append(page, o), o.Key
		if len(page) == s.pageSize {
			return page, true, nil
		}
	}
	return page, false, s.failure(ctx.Err())
}

// Remove implements [Store].
func (s *S3) Remove(ctx context.Context, name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	return s.retry(ctx, "remove "+name, 0, func(ctx context.Context) error { return s.delete(ctx, s.prefix+name) })
}

func (s *S3) delete(ctx context.Context, key string) error {
	err := s.failure(s.core.RemoveObject(ctx, s.bucket, key, minio.RemoveObjectOptions{}))
	var r refusal
	if errors.Is(err, ErrMissing) || errors.As(err, &r) && r.status == http.StatusOK { // instead of 204
		return nil
	}
	return err
}
