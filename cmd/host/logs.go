package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/archive"
	"polycom.com/usagedata/core/config"
	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/usage"
)

func logsCommand(path *string, std streams) *cobra.Command {
	return &cobra.Command{
		Use:   "logs FILE.zip",
		Short: "write the log archive, with analytics.json",
		Long: "Writes a zip file with the document that was accepted last (analytics.json), the journal, the logs, " +
			"the decisions, the configuration without identifying values, versions and checksums. It " +
			"contains no key, no password, and no name of this appliance or of a person. `-` writes it to standard " +
			"output. It needs no consent and no working product.",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 1 && args[0] != "" {
				return nil
			}
			return usage.WithHint(errors.New("logs takes one argument, the name of the archive's file"),
				"`usagedata logs FILE.zip`, or - for standard output")
		},
		RunE: func(_ *cobra.Command, args []string) error {
			contents, err := archived(*path)
			if err != nil {
				return err
			}
			if args[0] == "-" {
				return failed(archive.Write(std.out, contents))
			}
			if err := writeArchive(args[0], contents); err != nil {
				return err
			}
			_, err = fmt.Fprintf(std.out,
				"%s is written: analytics.json, journal, logs, decisions, configuration, versions; see README.txt in "+
					"it\n",
				args[0])
			return err
		},
	}
}

// writeArchive writes the whole archive or nothing, and never replaces another file.
func writeArchive(path string, contents archive.Contents) error {
	to, err := os.CreateTemp(filepath.Dir(path), ".usagedata-logs-")
	if err != nil {
		return usage.WithHint(fmt.Errorf("write the log archive: %w", errors.Unwrap(err)),
			"give a file in an existing folder to which you may write")
	}
	defer os.Remove(to.Name())
	err = errors.Join(to.Chmod(0o640), archive.Write(to, contents), to.Sync(), to.Close())
	if err != nil {
		return failed(err)
	}
	err = renameNew(to.Name(), path)
	if errors.Is(err, fs.ErrExist) {
		return usage.WithHint(errors.New("write the log archive: the file already exists"),
			"give another name, or remove the file first")
	}
	return failed(err)
}

// renameNew renames the file to path, unless something exists there already.
func renameNew(from, path string) error {
	err := unix.Renameat2(unix.AT_FDCWD, from, unix.AT_FDCWD, path, unix.RENAME_NOREPLACE)
	// not supported on every file system, nor by every kernel
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) {
		return os.Link(from, path)
	}
	return err
}

// archived returns the contents of the archive. It needs only the folders, because a broken product
// may be the reason for the archive.
func archived(path string) (archive.Contents, error) {
	c, err := config.Read(path)
	if err != nil {
		return archive.Contents{}, err
	}
	installed, broken := product.Select(c.Products, c.Product)
	contents := contentsOf(config.Settings{Config: c, Installed: installed})
	if broken != nil {
		contents.Versions += "product: it can't be used; `usagedata check` gives the reason\n"
	}
	return contents, failed(contents.Permitted())
}

// archive writes the archive for the API and the page.
func (s *service) archive(w io.Writer) error {
	return archive.Write(w, contentsOf(s.settings))
}
