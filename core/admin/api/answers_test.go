package api

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// S22: every answer of the description is produced, and matches it, with no additional member; and
// together the answers have every member of the description.
func TestAnswersMatchTheDescription(t *testing.T) {
	d := described(t)
	untried := map[string]string{}
	for _, a := range d.answers() {
		untried[a.what] = a.at
	}
	tried := map[string]bool{}
	for _, p := range append(scenarios, unreadable(d)...) {
		at, ok := untried[p.what]
		if !ok {
			t.Errorf("%s is tried and not described", p.what)
			continue
		}
		tried[p.what] = true
		t.Run(p.what, func(t *testing.T) { d.conforms(t, at, p.run(t)) })
	}
	for what := range untried {
		if !tried[what] {
			t.Errorf("%s is described and not tried", what)
		}
	}
	for _, member := range d.members(schemasAt) {
		asked := strings.HasPrefix(member, below(schemasAt, "Wish")) ||
			strings.HasPrefix(member, below(schemasAt, "LabWish"))
		if !d.seen[member] && !asked {
			t.Errorf("%s is described, and no answer has it", member)
		}
	}
}

// unreadable asks each path with a query that it does not have.
func unreadable(d openAPI) (all []scenario) {
	for _, a := range d.answers() {
		if route, bad := strings.CutSuffix(a.what, " 400"); bad {
			_, path, _ := strings.Cut(route, " ")
			all = append(all, scenario{what: a.what, target: strings.Replace(path, "{id}", "acme-1", 1) + "?days=8"})
		}
	}
	return all
}

func (p scenario) run(t *testing.T) *httptest.ResponseRecorder {
	t.Helper()
	b := newBench(t)
	if p.before != nil {
		p.before(t, b)
	}
	method, rest, _ := strings.Cut(p.what, " ")
	target, _, _ := strings.Cut(rest, " ")
	if p.target != "" {
		target = p.target
	}
	return b.ask(method, target, p.body, p.headers...)
}

// conforms compares an answer with the described one at a pointer: its status, headers, kind and
// body.
func (d openAPI) conforms(t *testing.T, pointer string, got *httptest.ResponseRecorder) {
	t.Helper()
	if code := pointer[strings.LastIndexByte(pointer, '/')+1:]; strconv.Itoa(got.Code) != code {
		t.Fatalf("got %d and %s, want %s", got.Code, got.Body, code)
	}
	at, says := d.at(pointer)
	headers, _ := says["headers"].(tree)
	for name := range headers {
		header, _ := d.at(below(at, "headers", name))
		d.check(t, below(header, "schema"), got.Header().Get(name))
	}
	for _, name := range []string{"ETag", "Retry-After", "Content-Disposition", "Allow", "Location"} {
		if _, ok := headers[name]; !ok && got.Header().Get(name) != "" {
			t.Errorf("%s: got %q, which is not described", name, got.Header().Get(name))
		}
	}
	contents, ok := says["content"].(tree)
	if !ok {
		if got.Body.Len() > 0 {
			t.Errorf("body: got %s, want none", got.Body)
		}
		return
	}
	kind := got.Header().Get("Content-Type")
	if contents[kind] == nil {
		t.Fatalf("Content-Type: got %q, want one of %v", kind, contents)
	}
	if kind != "application/zip" && kind != "application/octet-stream" {
		d.body(t, below(at, "content", kind, "schema"), got)
	}
}

func (d openAPI) body(t *testing.T, pointer string, got *httptest.ResponseRecorder) {
	t.Helper()
	body, err := jsonschema.UnmarshalJSON(got.Body)
	if err != nil {
		t.Fatalf("body: %v", err)
	}
	d.check(t, pointer, body)
}

func (d openAPI) check(t *testing.T, pointer string, value any) {
	t.Helper()
	if err := d.valid(pointer, value); err != nil {
		t.Errorf("got %v: %v", value, err)
		return
	}
	d.recordMembers(pointer, value)
}

func (d openAPI) valid(pointer string, value any) error {
	at, _ := d.at(pointer)
	schema, err := d.schemas.Compile("openapi.json" + strings.NewReplacer("{", "%7B", "}", "%7D").Replace(at))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// recordMembers records the members that a value has.
func (d openAPI) recordMembers(pointer string, value any) {
	at, schema := d.at(pointer)
	members, _ := schema["properties"].(tree)
	switch is := value.(type) {
	case tree:
		for name, inside := range is {
			member := below(at, "properties", name)
			if members[name] == nil {
				member = below(at, "additionalProperties")
			}
			d.seen[member] = true
			d.recordMembers(member, inside)
		}
	case []any:
		for _, inside := range is {
			d.recordMembers(below(at, "items"), inside)
		}
	}
	branches, _ := schema["anyOf"].([]any)
	for i := range branches {
		if branch := below(at, "anyOf", strconv.Itoa(i)); d.valid(branch, value) == nil {
			d.recordMembers(branch, value)
		}
	}
}

// members returns the pointers to all members in the schemas below a pointer.
func (d openAPI) members(pointer string) (all []string) {
	at, node := d.at(pointer)
	if at != pointer {
		return nil
	}
	for key, inside := range node {
		named, _ := inside.(tree)
		if key == "properties" {
			for name := range named {
				all = append(all, below(at, key, name))
			}
		}
		all = append(all, d.members(below(at, key))...)
	}
	return all
}

// S22: a method that a path does not have is refused with the list of those that it has, and each
// of these works; a path that does not exist, or that is spelled in another way, is not found. Each
// error is a problem as described.
func TestMethodsAndPaths(t *testing.T) {
	d := described(t)
	b := newBench(t)
	busy(t, b)
	asked := []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"}
	for path, methods := range d.all["paths"].(tree) {
		var allow []string
		for _, method := range sorted(methods) {
			allowed := map[string][]string{"get": {"GET", "HEAD"}, "post": {"POST"}, "put": {"PUT"}}
			allow = append(allow, allowed[method]...)
		}
		for _, method := range asked {
			got := b.ask(method, strings.Replace(path, "{id}", "acme-1", 1), "")
			if strings.Contains(" "+strings.Join(allow, " ")+" ", " "+method+" ") {
				if got.Code == http.StatusMethodNotAllowed || got.Header().Get("Allow") != "" {
					t.Errorf("%s %s: got %d, want it to be allowed", method, path, got.Code)
				}
				continue
			}
			wantStatus(t, method+" "+path, got, http.StatusMethodNotAllowed)
			if want := strings.Join(allow, ", "); got.Header().Get("Allow") != want {
				t.Errorf("%s %s: Allow: got %q, want %q", method, path, got.Header().Get("Allow"), want)
			}
			text := got.Body.String()
			if d.body(t, below(schemasAt, "Problem"), got); !strings.Contains(text, `"detail":"`) {
				t.Errorf("%s %s: got %s, want a detail", method, path, text)
			}
		}
	}
	for _, target := range []string{"/v1", "/v1/", "/v1/status/", "/v1//status", "//v1/status", "/v1/x/../status",
		"/v1/./status", "/v1/%2e%2e/v1/status", "/v1%2Fstatus", "/v1/status%2F", "/v1/status%00", "/v1/status;x",
		"/V1/status", "/v1/Status", "/v1/waiting/", "/v1/waiting/acme-1/", "/v1/waiting/a%2Fb",
		"/v1/waiting/%2e%2e%2fkey",
		"/v1/waiting/acme-1%00", "/v2/status", "/v1/openapi.yaml", "/v1/status.json"} {
		for _, method := range []string{"GET", "DELETE"} {
			got := b.ask(method, target, "")
			if method == "DELETE" && got.Code == http.StatusMethodNotAllowed &&
				strings.HasPrefix(target, "/v1/waiting/") {
				continue // another id
			}
			wantStatus(t, method+" "+target, got, http.StatusNotFound)
			d.body(t, below(schemasAt, "Problem"), got)
		}
	}
}
