package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"polycom.com/usagedata/core/usage"
)

// probe begins the keys of the objects that Check writes. No object's name begins with a dot.
const probe = ".probe-"

// Check implements [Store]. It writes an object twice, because some servers ignore If-None-Match: then
// one receiver could replace what another has acknowledged. It removes the object; a crash leaves it,
// empty and hidden, and a later Check removes it.
func (s *S3) Check(ctx context.Context) error {
	key := s.prefix + probe + rand.Text()
	what := fmt.Sprintf("write to the bucket %s at %s", s.bucket, s.core.EndpointURL().Host)
	attempts := 0
	err := s.retry(ctx, what, 0, func(ctx context.Context) error {
		attempts++
		err := s.probe(ctx, key)
		if err != nil && attempts == 3 {
			return final{err}
		}
		return err
	})
	if err != nil && usage.HintOf(err) == "" {
		return usage.WithHint(err, "see whether the server runs, whether the endpoint is right, and the server's log")
	}
	return err
}

func (s *S3) probe(ctx context.Context, key string) error {
	err := s.put(ctx, key, nil)
	if err != nil && !errors.Is(err, errCondition) {
		return err
	}
	again := s.put(ctx, key, []byte("again"))
	err = s.delete(ctx, key)
	if again == nil {
		return final{usage.WithHint(errors.New("the server ignores If-None-Match, and replaces objects that exist"),
			"use an S3 server with conditional writes, or a folder")}
	}
	if !errors.Is(again, errCondition) {
		return again
	}
	if err != nil {
		return err
	}
	return s.removeStale(ctx)
}

// removeStale removes the objects of killed checks, which come before all others. Like [Folder.removeStale],
// it leaves those that a running process may use.
func (s *S3) removeStale(ctx context.Context) error {
	first, _, err := s.page(ctx, s.prefix, "")
	for _, o := range first {
		if err == nil && strings.HasPrefix(o.Key, s.prefix+probe) && time.Since(o.LastModified) > stale {
			err = s.delete(ctx, o.Key)
		}
	}
	return err
}
