package upload

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"polycom.com/usagedata/core/usage"
)

// reply is an answer, and the question about our certificate that it may also answer.
type reply struct {
	code    int
	header  http.Header
	request certificateRequest
	// begun means that at least one byte of the answer has arrived, and complete that all of it has
	// and nothing after it, and that the connection can carry another request.
	begun, complete bool
}

// accepts reports whether the answer accepts the document. Only the statuses known to mean that
// count.
func (r reply) accepts() bool {
	return r.code == http.StatusOK || r.code == http.StatusCreated || r.code == http.StatusNoContent
}

// judge returns nil if the answer accepts body.
func (r reply) judge(body []byte, now time.Time) error {
	if r.accepts() {
		return nil
	}
	reason, verdict := r.verdict(body)
	return usage.WithHint(answerError{r.code, retryAfter(r.header, now), verdict, reason.text}, reason.hint)
}

// verdict reports whether the answer is about the document: every 4xx is, except those about the
// moment, and those that servers also give for another reason.
func (r reply) verdict(body []byte) (explanation, error) {
	switch {
	case r.code < 300:
		return explanation{": the server did not confirm that it stored the document", hintPoint}, nil
	case r.code < 400:
		return explanation{": the server redirects elsewhere, and redirects are not followed", hintPoint}, nil
	case r.code >= 500, r.code == http.StatusRequestTimeout, r.code == http.StatusTooEarly,
		r.code == http.StatusTooManyRequests:
		return explanation{hint: hintServerSide}, nil
	case r.code == http.StatusConflict && storesAnother(r.header, body):
		return explanation{": the collection point stores another document under this id", hintVendor}, ErrRejected
	case r.code == http.StatusConflict:
		return explanation{": the collection point did not confirm that it stores another document under this id",
			hintFolder}, ErrRefusedForNow
	case r.code == http.StatusBadRequest, r.code == http.StatusUnauthorized, r.code == http.StatusForbidden:
		if reason, doubted := r.request.explainRefusal(); doubted != nil {
			return reason, doubted
		}
	}
	return r.rejection(), ErrRejected
}

func (r reply) rejection() explanation {
	if known, ok := rejections[r.code]; ok {
		return known
	}
	return otherRejection
}

// explainRefusal describes a refusal after a certificate was asked for, because some servers, such
// as nginx, refuse only then. Its error is nil if no certificate was asked for.
func (q certificateRequest) explainRefusal() (explanation, error) {
	switch q {
	case noCertificate:
		return explanation{": the collection point probably requires a certificate, which this appliance does not have",
			hintIdentity}, ErrRefusedForNow
	case certificateSent:
		return explanation{": the collection point probably refused the certificate of this appliance", hintIdentity},
			ErrRefusedForNow
	}
	return explanation{}, nil
}

// storesAnother reports whether the answer has the digest of another body as the one stored under
// this id. If it has the digest of this body, the conflict is not understood.
func storesAnother(header http.Header, body []byte) bool {
	stored, ok := sha256In(header.Values("Stored-Digest"))
	return ok && stored != sha256.Sum256(body)
}

// sha256In reads a field in the form of digests in RFC 9530: algorithm=:BASE64:, several separated
// by commas.
func sha256In(field []string) (sum [sha256.Size]byte, ok bool) {
	for entry := range strings.SplitSeq(strings.Join(field, ","), ",") {
		value, _, _ := strings.Cut(entry, ";") // parameters follow the semicolon
		value, found := strings.CutPrefix(strings.TrimSpace(value), "sha-256=:")
		text, ends := strings.CutSuffix(strings.TrimSpace(value), ":")
		if !found || !ends {
			continue
		}
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(raw) != len(sum) {
			return sum, false
		}
		return [sha256.Size]byte(raw), true
	}
	return sum, false
}
