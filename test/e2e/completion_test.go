package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// askBash completes a line as bash does, with Debian's completion and ours, and prints the words
// and files that are offered. Outside of readline the builtin compopt only prints an error, so a
// function of ours replaces it and notes `+o default`, which withdraws the offer of files.
const askBash = `
source /usr/share/bash-completion/bash_completion
source <(usagedata completion bash)
type() { echo builtin; }
compopt() { case "$*" in *"+o default"*) files=no ;; esac; }
_filedir() { files=$1; }
COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9 COMP_KEY=9
read -ra COMP_WORDS <<<"$1"
[[ $1 != *" " ]] || COMP_WORDS+=("")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
files=yes
__start_usagedata
printf '%s\n' "${COMPREPLY[@]}" "files: $files"
`

// The completion offers words and files where they are expected, and only there.
func TestCompletion(t *testing.T) {
	for line, want := range map[string]string{
		"usagedata con":               "consent",
		"usagedata consent ":          "allow deny files: no",
		"usagedata consent d":         "deny",
		"usagedata consent allow ":    "files: no",
		"usagedata consent --by ":     "files: no",
		"usagedata identity re":       "renew",
		"usagedata plugin ":           "retry files: no",
		"usagedata eula accept --de":  "--deny",
		"usagedata web --listen ":     "files: no",
		"usagedata status ":           "files: no",
		"usagedata logs ":             "files: zip|",
		"usagedata --config ":         "files: yaml|yml|",
		"usagedata dictionary --prof": "--profile",
		"usagedata schema --prof":     "--profile",
		"usagedata sc":                "schema",
		"usagedata send now ":         "files: no",
		"usagedata --config x.yaml p": "plugin preview products",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			offered := askedOf(t, line)
			if diff := cmp.Diff(want, offered); diff != "" {
				t.Errorf("%q, want - got +:\n%s", line, diff)
			}
		})
	}
}

// askedOf returns the words that are offered, without their descriptions, and, if no word is being
// completed, whether files are offered.
func askedOf(t *testing.T, line string) string {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ask := exec.CommandContext(ctx, "bash", "--norc", "-c", askBash, "bash", line)
	ask.Env = append(os.Environ(), fmt.Sprintf("PATH=%s:%s", bin, os.Getenv("PATH")))
	out, err := ask.Output()
	if err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	var words []string
	for offer := range strings.Lines(string(out)) {
		word, _, _ := strings.Cut(strings.TrimSpace(offer), "  ")
		if word != "" && (strings.HasSuffix(line, " ") || !strings.HasPrefix(word, "files: ")) {
			words = append(words, word)
		}
	}
	return strings.Join(words, " ")
}
