package main

import (
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/archive"
	"polycom.com/usagedata/core/config"
	"polycom.com/usagedata/core/cycle"
	"polycom.com/usagedata/core/dictionary"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

func logsCommand(path *string, io streams) *cobra.Command {
	return &cobra.Command{
		Use:   "logs FILE.zip",
		Short: "write the log archive, analytics.json at its top",
		Long: "Writes a zip with the document that was accepted last (analytics.json), the journal, the logs, the decisions, the configuration without\n" +
			"what it names, versions and checksums. No key, no password, no name of this appliance or of a person is in it. - writes it to\n" +
			"standard output. It needs no consent and no product that works.",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				return nil
			}
			return usage.WithHint(fmt.Errorf("logs takes the archive's file, got %d arguments", len(args)), "`usagedata logs FILE.zip`, or - for standard output")
		},
		RunE: func(_ *cobra.Command, args []string) error {
			contents, err := archived(*path)
			if err != nil {
				return err
			}
			if args[0] == "-" {
				return failed(archive.Write(io.out, contents))
			}
			if err := writeArchive(args[0], contents); err != nil {
				return err
			}
			_, err = fmt.Fprintf(io.out, "%s is written: analytics.json, journal, logs, decisions, configuration, versions; README.txt in it says more\n", args[0])
			return err
		},
	}
}

// writeArchive leaves the whole archive or nothing, and never another file's place to it.
func writeArchive(path string, contents archive.Contents) error {
	to, err := os.CreateTemp(filepath.Dir(path), ".usagedata-logs-")
	if err != nil {
		return usage.WithHint(fmt.Errorf("write the log archive: %w", errors.Unwrap(err)), "name a file in a folder that is there and that you may write")
	}
	defer os.Remove(to.Name())
	err = errors.Join(to.Chmod(0o640), archive.Write(to, contents), to.Sync(), to.Close())
	if err != nil {
		return failed(err)
	}
	err = settle(to.Name(), path)
	if errors.Is(err, fs.ErrExist) {
		return usage.WithHint(errors.New("write the log archive: the file is there already"), "name another one, or remove it first")
	}
	return failed(err)
}

// settle gives the file its name, unless something has it already.
func settle(from, path string) error {
	err := unix.Renameat2(unix.AT_FDCWD, from, unix.AT_FDCWD, path, unix.RENAME_NOREPLACE)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) { // not on every file system, nor in every kernel
		return os.Link(from, path)
	}
	return err
}

// archived is what goes into the archive. The folders are enough: a product that is broken is what the archive may be wanted for.
func archived(path string) (archive.Contents, error) {
	c, err := config.Read(path)
	if err != nil {
		return archive.Contents{}, err
	}
	installed, broken := profile.Select(c.Products, c.Product)
	contents := contentsOf(c, installed)
	if broken != nil {
		contents.Versions += "product: it can't be used; `usagedata check` says why\n"
	}
	return contents, nil
}

// archive is the same for the API and the page.
func (s *service) archive(w io.Writer) error {
	return archive.Write(w, contentsOf(s.settings.Config, s.settings.Installed))
}

func contentsOf(c config.Config, p profile.Product) archive.Contents {
	disk := durable.OS{}
	files := cycle.FilesIn(disk, c.Folders.State, cmp.Or(c.Analytics, p.Profile.Analytics, filepath.Join(c.Folders.Log, "analytics.json")))
	key, err := anonymize.LoadKey(disk, files.Key)
	if err != nil {
		key = anonymize.EphemeralKey()
	}
	journal := filepath.Join(c.Folders.Log, "journal.jsonl")
	contents := archive.Contents{
		Disk: disk, Now: time.Now(), Analytics: files.Analytics, Journal: []string{journal, durable.Predecessor(journal, 1)}, Logs: logIn(c).Files(),
		Decision: files.Decision, History: files.History, Configuration: c.Told(), Versions: versions(p),
		Named: namedIn(key, p.Profile), Person: func(name string) string { return "user-" + key.ID("person", name) },
	}
	if p.Dir != "" {
		contents.Dictionary, _ = dictionary.Page(p.Profile) // a page that can't be made is not there
	}
	return contents
}

// approved are words that every archive has and that may be an appliance's name too.
var approved = regexp.MustCompile(`usagedata|analytics|localhost`)

// namedIn tells whether a line holds what this appliance is called, the words aside that say nothing. Where its names can't be learned, any line
// may hold them.
func namedIn(key anonymize.Key, p profile.Profile) func(string) bool {
	names, _ := anonymize.Appliance() // the zero names let nothing pass
	gate := anonymize.NewLeakGate(names, anonymize.New(key, p))
	return func(line string) bool {
		line = approved.ReplaceAllString(line, " ")
		if p.ID != "" {
			line = strings.ReplaceAll(line, p.ID, " ")
		}
		_, found := gate.Find(line)
		return found
	}
}

// versions says what runs here, and nothing that names it.
func versions(p profile.Product) string {
	var out strings.Builder
	fmt.Fprintf(&out, "usagedata: %s\nbuilt with: %s for %s/%s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	var system unix.Utsname
	if unix.Uname(&system) == nil {
		fmt.Fprintf(&out, "kernel: %s\n", unix.ByteSliceToString(system.Release[:]))
	}
	if p.Dir != "" {
		fmt.Fprintf(&out, "product: %s, %s\nprofile: %d\nplugin: SHA-256 %s\n", p.Profile.ID, p.Profile.Name, p.Profile.Version, hex.EncodeToString(p.Sum[:]))
	}
	return out.String()
}
