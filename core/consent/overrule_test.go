package consent

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"polycom.com/usagedata/core/durable"
)

// CONS-2: [Store.Overrule] does not wait for the lock. Its denial survives every write of the
// lock's holder, until a later decision allows with knowledge of it.
func TestOverrule(t *testing.T) {
	path := filepath.Join(t.TempDir(), "decision.json")
	s := at(path)
	denial := made(Denied, "2")
	if err := errors.Join(s.Write(made(Allowed, "1")), s.Overrule(denial), s.Write(made(Allowed, "3"))); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Read(); err != nil || !got.is(denial) {
		t.Errorf("allowed without having seen it: got %+v, %v want the denial", got, err)
	}
	seen, err := s.Overruled()
	if err != nil || seen != "2" {
		t.Errorf("overruled: got %q, %v want 2", seen, err)
	}
	yes := made(Allowed, "4")
	yes.After = seen
	if err := s.Write(yes); err != nil || s.Check() != nil {
		t.Errorf("allowed by who has seen it: got %v, %v", err, s.Check())
	}
	if err := os.WriteFile(s.denial(), []byte("damaged"), 0o640); err != nil {
		t.Fatal(err)
	}
	denied(t, path)
	if _, err := s.Overruled(); err == nil {
		t.Error("damaged: got no error")
	}
	if err := s.Reconsider(); err != nil || s.Check() != nil {
		t.Errorf("removed: got %v, %v", err, s.Check())
	}
}

// T12: a decision is valid for its product. For another product the choice is [Undecided], and
// [Decision.Another] returns the product it was made for. A denial that names no product denies
// all.
func TestDecisionIsForAProduct(t *testing.T) {
	path := filepath.Join(t.TempDir(), "decision.json")
	of := func(product string) Store { return Open(durable.OS{}, path, path+".history", product) }
	for _, choice := range []Choice{Allowed, Denied} {
		d := made(choice, "1")
		d.Product = ""
		if err := of("acme").Write(d); err != nil {
			t.Fatal(err)
		}
		if got, err := of("acme").Read(); err != nil || got.Choice != choice || got.Product != "acme" ||
			got.Another() != "" {
			t.Errorf("its own: got %+v, %v want %v", got, err, choice)
		}
		got, err := of("other").Read()
		if err != nil || got.Choice != Undecided || got.Actor != "" || got.Another() != "acme" {
			t.Errorf("another: got %+v, %v want undecided, and that it was acme", got, err)
		}
	}
	d := made(Denied, "1")
	d.Product = ""
	if err := at(path).Write(d); err != nil {
		t.Fatal(err)
	}
	if got, err := of("other").Read(); err != nil || got.Choice != Denied {
		t.Errorf("denied without a product: got %v, %v want denied", got.Choice, err)
	}
}

// T12: [Store.Claim] adds the product to a decision of version 0.1.0, once, and leaves a damaged
// one as it is.
func TestClaim(t *testing.T) {
	never := func(Decision) string { t.Error("asked"); return "" }
	for name, c := range map[string]struct {
		content string
		madeFor func(Decision) string
		want    string
	}{
		"by what was made": {text, func(Decision) string { return "acme" }, "acme"},
		"as configured":    {text, func(Decision) string { return "" }, "other"},
		"named":            {with(`"product": "acme"`), never, "acme"},
		"damaged":          {"{", never, ""},
	} {
		s := Open(durable.OS{}, file(t, c.content, 0o640), "", "other")
		if err := s.Claim(c.madeFor); err != nil {
			t.Errorf("%s: got %v", name, err)
		}
		got, _ := s.load(s.path, noon)
		if got.Product != c.want || c.want != "" && got.Choice != Allowed {
			t.Errorf("%s: got %v for %q want %q", name, got.Choice, got.Product, c.want)
		}
	}
	path := file(t, text, 0o640)
	if err := Open(durable.OS{}, path, "", "").Claim(never); err != nil {
		t.Error(err)
	}
}

// T6, CONS-3: if a file means no because of its mode, length or type, it still means no after
// [Store.Replace] has put it back.
func TestReplaceRestoresAFileThatMeansNo(t *testing.T) {
	for name, harm := range map[string]func(path string) error{
		"open to its group": func(path string) error { return os.Chmod(path, 0o660) },
		"too long":          func(path string) error { return os.Truncate(path, maxSize+10) },
		"a link": func(path string) error {
			return errors.Join(os.Rename(path, path+".away"), os.Symlink(path+".away", path))
		},
	} {
		path := filepath.Join(t.TempDir(), "decision.json")
		if err := errors.Join(at(path).Write(made(Allowed, "1")), harm(path)); err != nil {
			t.Fatal(err)
		}
		s := Open(unsynced{folder: filepath.Dir(path)}, path, "", "acme")
		if err := s.Replace(made(Allowed, "2")); !errors.Is(err, errUnsynced) || errors.Is(err, ErrInForce) {
			t.Errorf("%s: got %v want it taken back", name, err)
		}
		if got, err := s.Read(); err == nil || got.Choice != Denied {
			t.Errorf("%s: got %v, %v want no", name, got.Choice, err)
		}
	}
}

// unsynced is a disk on which the directory cannot be fsynced.
type unsynced struct {
	durable.OS
	folder string
}

var errUnsynced = errors.New("not synchronized")

func (d unsynced) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	if path == d.folder {
		return nil, errUnsynced
	}
	return d.OS.Open(path, flags, mode)
}
