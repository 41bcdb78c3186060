package upload

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
)

// T17: a 409 is final only if it names the digest of another body than ours. A WebDAV server
// without the folder answers 409 too; so may a server that stores the same body, or that adds the
// digest of its error page.
func TestConflict(t *testing.T) {
	sum := func(text string) string {
		s := sha256.Sum256([]byte(text))
		return "sha-256=:" + base64.StdEncoding.EncodeToString(s[:]) + ":"
	}
	long := sha512.Sum512([]byte("other"))
	sha512Only := "sha-512=:" + base64.StdEncoding.EncodeToString(long[:]) + ":"
	for name, c := range map[string]struct {
		header http.Header
		want   error
	}{
		"nothing":      {http.Header{}, ErrRefusedForNow},
		"another":      {http.Header{"Stored-Digest": {sum("other")}}, ErrRejected},
		"among others": {http.Header{"Stored-Digest": {sha512Only + ", " + sum("other")}}, ErrRejected},
		"on two lines": {http.Header{"Stored-Digest": {sha512Only, sum("other")}}, ErrRejected},
		"ours":         {http.Header{"Stored-Digest": {sum("ours")}}, ErrRefusedForNow},
		"not sha-256":  {http.Header{"Stored-Digest": {sha512Only}}, ErrRefusedForNow},
		"too short":    {http.Header{"Stored-Digest": {"sha-256=:AAAA:"}}, ErrRefusedForNow},
		"not base64": {http.Header{"Stored-Digest": {"sha-256=:" + strings.Repeat("_", 44) + ":"}},
			ErrRefusedForNow},
		"bare":  {http.Header{"Stored-Digest": {strings.Trim(sum("other"), ":")}}, ErrRefusedForNow},
		"empty": {http.Header{"Stored-Digest": {""}}, ErrRefusedForNow},
		"the error page": {http.Header{"Repr-Digest": {sum("sorry")}, "Content-Digest": {sum("sorry")}},
			ErrRefusedForNow},
	} {
		got := reply{code: 409, header: c.header}.judge([]byte("ours"), time.Now())
		if !errors.Is(got, c.want) || errors.Is(got, ErrRejected) && errors.Is(got, ErrRefusedForNow) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}
