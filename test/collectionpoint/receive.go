package collectionpoint

import (
	"bytes"
	"crypto/sha256"

	"encoding/base64"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"
)

const (
	// maxTransferred and maxUnpacked are far above the limits of an appliance; they keep an appliance
	// that ignores its limits from doing harm.
	maxTransferred = 1 << 20
	maxUnpacked    = 1 << 20
)

var (
	productName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)
	// Ids become file names: no separator, no leading dot.
	idName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`)
)

// outcome is an answer. Only refusals have a reason, and only conflicts have the stored body.
type outcome struct {
	status int
	reason string
	stored []byte
}

func (o outcome) send(w http.ResponseWriter) {
	if o.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", http.MethodPut)
	}
	if o.stored != nil {
		sum := sha256.Sum256(o.stored)
		w.Header().Set("Stored-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(sum[:])+":")
	}
	if o.reason != "" {
		http.Error(w, o.reason, o.status)
		return
	}
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(o.status)
}

// receive checks a document and stores it.
func (p *Point) receive(r *http.Request, body []byte) outcome {
	product, id, found := resource(r.URL.EscapedPath())
	if !found {
		return outcome{status: http.StatusNotFound, reason: "no such resource"}
	}
	if r.Method != http.MethodPut {
		return outcome{status: http.StatusMethodNotAllowed, reason: "only PUT"}
	}
	document := Document{Product: product, ID: id, Encoding: encoding(r), Transferred: body}
	if err := document.check(r.Header); err != nil {
		return refusal(err)
	}
	var other conflict
	switch created, err := p.store.put(document); {
	case errors.As(err, &other):
		return outcome{http.StatusConflict, err.Error(), other.stored}
	case err != nil:
		return outcome{status: http.StatusInternalServerError, reason: err.Error()}
	case created:
		return outcome{status: http.StatusCreated}
	}
	return outcome{status: http.StatusOK}
}

func refusal(err error) outcome {
	switch {
	case errors.Is(err, errTooLarge):
		return outcome{status: http.StatusRequestEntityTooLarge, reason: err.Error()}
	case errors.Is(err, errCoding):
		return outcome{status: http.StatusUnsupportedMediaType, reason: err.Error()}
	}
	return outcome{status: http.StatusBadRequest, reason: err.Error()}
}

// resource parses /v1/usage/<product>/<id>.
func resource(path string) (product, id string, found bool) {
	rest, found := strings.CutPrefix(path, "/v1/usage/")
	if !found {
		return "", "", false
	}
	product, id, _ = strings.Cut(rest, "/")
	return product, id, productName.MatchString(product) && idName.MatchString(id)
}

func encoding(r *http.Request) string {
	encoding := strings.ToLower(strings.Join(r.Header.Values("Content-Encoding"), ","))
	if encoding == "identity" {
		return ""
	}
	return encoding
}

// check verifies the body against the headers and unpacks the document.
func (d *Document) check(header http.Header) (err error) {
	if mediaType, _, _ := mime.ParseMediaType(header.Get("Content-Type")); mediaType != "application/json" {
		return errors.New("content type is not application/json")
	}
	if err := checkDigest(header.Values("Content-Digest"), d.Transferred); err != nil {
		return err
	}
	if d.Body, err = unpack(d.Encoding, d.Transferred); err != nil {
		return err
	}
	if !json.Valid(d.Body) || !utf8.Valid(d.Body) || !bytes.HasPrefix(bytes.TrimSpace(d.Body), []byte("{")) {
		return errors.New("content is not json")
	}
	return nil
}

// checkDigest looks for the sha-256 among the digests of RFC 9530, over the content as it was transferred.
func checkDigest(headers []string, transferred []byte) error {
	for entry := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		algorithm, value, _ := strings.Cut(strings.TrimSpace(entry), "=")
		if algorithm != "sha-256" {
			continue
		}
		claimed, err := base64.StdEncoding.DecodeString(strings.Trim(value, ":"))
		if err != nil || !strings.HasPrefix(value, ":") || !strings.HasSuffix(value, ":") {
			return errors.New("content digest can not be read")
		}
		actual := sha256.Sum256(transferred)
		if !bytes.Equal(claimed, actual[:]) {
			return errors.New("content digest does not match")
		}
		return nil
	}
	return errors.New("no sha-256 content digest")
}
