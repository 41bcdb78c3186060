package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"aead.dev/minisign"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/usage"
)

// encryptedKey is a minisign secret key with the password "correct horse", FOR TESTS ONLY.
// Decrypting it is cheap; a key that minisign makes takes a second and a gigabyte.
const encryptedKey = "untrusted comment: minisign encrypted secret key\n" +
	"RWRTY0IycHmui/Ou5QxvZLBw26zmzTyQZzHJx86bYHi619+vjD0AgAAAAAAAAAAAAAIAAAAAzY+CDHlJkcklYhwdveMpldMXe2g4" +
	"HXbZjFzS2s3PLlb1x+z4Y8pd5TaCDsJv9oSPGjSnziJ2qryDiw2LJoKvNAFsfmki6lnfn6p1Gkw2PuFvEqklsZKaslZJrkP9CkpL0XJH6R5BHCo=\n"

// publicKey is the public half of encryptedKey.
const publicKey = "RWTCNnaLuvUTbcVUTyhmsNFDKveiH8A4mJkIhVCbnK3ASCM7Vh2yXkfz"

// A secret key with a password signs, whichever editor wrote the password file. If the file holds
// no password or a wrong one, the error is clear and does not quote the file.
func TestKeyWithAPassword(t *testing.T) {
	vendor, err := product.ParseVendorKey(publicKey)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	key, password := filepath.Join(dir, "vendor.key"), filepath.Join(dir, "password")
	write := func(path, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(key, encryptedKey)
	for text, want := range map[string]string{
		"correct horse": "", "correct horse\n": "", "correct horse\r\n": "", "\ufeffcorrect horse\r\n\n": "",
		"":                        "the password in PATH: it is empty",
		"\r\n":                    "the password in PATH: it is empty",
		"mistaken":                "the password is wrong, or the file is damaged",
		"correct horse ":          "the password is wrong, or the file is damaged",
		"correct horse\nstaple\n": "the password in PATH: it has more than one line",
		"c\x00o\x00r\x00":         "the password in PATH: it is not a line of UTF-8 text",
		strings.Repeat("a", 5000): "the password in PATH: it has more than 4096 bytes",
	} {
		write(password, text)
		folder := t.TempDir()
		err := productParts{Key: key, PasswordFile: password}.sign(folder, folder, "acme 1.2.0")
		if want == "" {
			if _, failed := product.VerifySignature(folder, []product.VendorKey{vendor}); err != nil || failed != nil {
				t.Errorf("%q: got %v, %v want a signature", text, err, failed)
			}
			continue
		}
		want = strings.Replace(want, "PATH", password, 1)
		if err == nil || !strings.HasSuffix(err.Error(), want) || text != "" && strings.Contains(err.Error(), text) ||
			strings.HasPrefix(want, "the password is") && usage.HintOf(err) == "" {
			t.Errorf("%q: got %v want %s", text, err, want)
		}
	}
	_, open, err := minisign.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := open.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	without := filepath.Join(dir, "without.key")
	write(without, string(text))
	write(password, "correct horse")
	public := filepath.Join(dir, "vendor.pub")
	write(public, "untrusted comment: minisign public key\n"+publicKey+"\n")
	folder := t.TempDir()
	write(filepath.Join(folder, "profile.yaml"), "id: acme\n")
	for want, f := range map[string]productParts{
		"the key has no password, but one is given": {Key: without, PasswordFile: password},
		"the file is not a minisign key":            {Key: password},
		"the file is a public key":                  {Key: public},
		"the key has a password, but none is given": {Key: key},
		"no such file or directory":                 {Key: key, PasswordFile: password + "2"},
		"a password is given without a secret key":  {PasswordFile: password},
	} {
		if err := f.sign(dir, dir, ""); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("got %v want %s", err, want)
		}
		f.Folder = folder // also refused before anything is built
		if err := f.checkInputs("amd64"); err == nil || !strings.HasSuffix(err.Error(), want) ||
			usage.HintOf(err) == "" {
			t.Errorf("got %v, hint %q want %s", err, usage.HintOf(err), want)
		}
	}
}

// make passes each word to the program unchanged, whichever characters it holds, except that ~ is
// the home folder.
func TestMakePassesArgumentsUnchanged(t *testing.T) {
	home := filepath.Join(t.TempDir(), "o'neil $x `y`")
	folder := filepath.Join(home, "my \"plugin\" & co")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{"np.key": encryptedKey, "pass word": "correct horse\n",
		"profile.yaml": "id: a\n",
		filepath.Join(filepath.Base(folder), "profile.yaml"): "id: acme\n"} {
		if err := os.WriteFile(filepath.Join(home, path), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, words := range [][]string{
		{"PLUGIN=" + strings.ReplaceAll(folder, "$", "$$"), "KEY=~/np.key", "KEY_PASSWORD_FILE=~/pass word"},
		{"PLUGIN=~/" + filepath.Base(folder)}, {"PLUGIN=~"},
		{"PLUGIN=~/nope", "no such file"}, {"PLUGIN=~", "RESULT=", "is empty"},
		{"PLUGIN=~", "RESULT=~/my 'a'.json,b", "my 'a'.json: no such file"}, {"PLUGIN=~", "KEY=~/it's.key", "it's.key"},
	} {
		want := words[len(words)-1]
		if strings.Contains(want, "=") {
			want = ""
		} else {
			words = words[:len(words)-1]
		}
		c := exec.Command("make", append([]string{"--no-print-directory", "-C", "../..", "packageable"}, words...)...)
		c.Env = append(os.Environ(), "MAKEFLAGS=", "MAKELEVEL=", "GOCACHE="+goEnv(t, "GOCACHE"), "GOPATH="+goEnv(t,
			"GOPATH"),
			"HOME="+home)
		out, err := c.CombinedOutput()
		if failed := err != nil; failed != (want != "") || failed && (!strings.Contains(string(out), want) ||
			!strings.Contains(string(out), "hint: ")) {
			t.Errorf("%q: got %v, %s want %q", words, err, out, want)
		}
	}
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	got, err := goOutput("", "env", name)
	if err != nil {
		t.Fatal(err)
	}
	return got
}
