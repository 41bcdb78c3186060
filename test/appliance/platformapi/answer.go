package platformapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode"
)

const pageSize = 100

// answer returns the answer of a resource in one version, as a tree. It fails only if the page
// number is invalid.
func (a *API) answer(path string, r resource, version int, page string) (object, error) {
	switch content := a.site.answers[path].(type) {
	case object:
		return r.inVersion(content, version), nil
	case []any:
		number, err := pageNumber(page)
		if err != nil {
			return nil, err
		}
		return r.page(content, version, number), nil
	}
	return object{}, nil
}

func pageNumber(page string) (int, error) {
	if page == "" {
		return 1, nil
	}
	number, err := strconv.Atoi(page)
	if err != nil || number < 1 {
		return 0, fmt.Errorf("page must be a number from 1")
	}
	return number, nil
}

// page returns one page of a list. After the last page, the current page is 0, which ends a
// reader's loop.
func (r resource) page(items []any, version, number int) object {
	first := min((number-1)*pageSize, len(items))
	last := min(first+pageSize, len(items))
	shown := make([]any, 0, last-first)
	for _, item := range items[first:last] {
		shown = append(shown, r.inVersion(item.(object), version))
	}
	if len(shown) == 0 && number > 1 {
		number = 0
	}
	return object{
		r.listMember(version): shown,
		"plcmPage":            object{"totalSize": len(items), "pageSize": pageSize, "currentPage": number},
	}
}

// inVersion removes the members that this version does not have.
func (r resource) inVersion(whole object, version int) object {
	answer := make(object, len(whole))
	for member, value := range whole {
		if lifespan, limited := r.members[member]; limited && !lifespan.holds(version) {
			continue
		}
		if list, ok := value.(ciphers); ok {
			value = list.inVersion(version)
		}
		answer[member] = value
	}
	return answer
}

// rendered renames members and replaces leaves as this appliance does.
func (a *API) rendered(tree object, fault Fault) any {
	rename, replace := keepName, keepLeaf
	if a.names == KebabCase {
		rename = kebab
	}
	if fault.WrongTypes {
		replace = wrongType
	}
	return transform(tree, rename, func(leaf any) any {
		if _, ok := leaf.(softwareVersion); ok {
			leaf = a.release.version()
		}
		return replace(leaf)
	})
}

// kebab turns plcmDeviceV3List into plcm-device-v3-list.
func kebab(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 && !unicode.IsUpper(rune(name[i-1])) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

func encode(tree any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(tree); err != nil {
		// Only a value that a test added with [Site.WithMember] can be unencodable, and that test
		// must know it.
		panic(fmt.Sprintf("encode answer: %v", err))
	}
	return b.Bytes()
}

// send writes an answer, or 304 if the client has it already.
func send(w http.ResponseWriter, r *http.Request, body []byte, fault Fault) {
	tag := fmt.Sprintf(`"%x"`, sha256.Sum256(body))[:18] + `"`
	w.Header().Set("ETag", tag)
	w.Header().Set("Vary", "Accept")
	if known(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if fault.Cut {
		cut(w, body)
	}
	// It does not matter to the product if the client is gone.
	_, _ = w.Write(body)
}

func known(header, tag string) bool {
	for candidate := range strings.SplitSeq(header, ",") {
		candidate = strings.TrimPrefix(strings.TrimSpace(candidate), "W/")
		if candidate == tag || candidate == "*" {
			return true
		}
	}
	return false
}

// refuse answers with a plcm-error.
func refuse(w http.ResponseWriter, status int, reason string) {
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="simulator"`)
	}
	w.Header().Set("Content-Type", "application/vnd.plcm.plcm-error+json")
	w.WriteHeader(status)
	_, _ = w.Write(encode(object{"statusCode": status, "description": reason}))
}

// negotiate returns the newest version, at most the release's newest, that the client accepts; 0 if
// there is none.
func negotiate(accept []string, r resource, newest int) int {
	if len(accept) == 0 {
		return newest
	}
	wanted := mediaTypes(accept)
	if wanted["*/*"] || wanted["application/*"] {
		return newest
	}
	for version := newest; version > 0; version-- {
		if wanted[r.mediaType(version)] {
			return version
		}
	}
	return 0
}

// mediaTypes returns the types in Accept headers, without those that q=0 excludes.
func mediaTypes(accept []string) map[string]bool {
	named := map[string]bool{}
	for entry := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		mediaType, parameters, err := mime.ParseMediaType(entry)
		if err == nil && parameters["q"] != "0" {
			named[mediaType] = true
		}
	}
	return named
}
