package main

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/goreleaser/nfpm/v2/files"
	"github.com/spf13/cobra"
)

// collectName is the name of the receiver's package, its program, its user and its unit.
const collectName = "usagedata-collect"

// collectParts are the inputs of the receiver's package.
type collectParts struct{ Binary, Manuals, Changelog, Guide, Protocol string }

func collectCommand(o *order) *cobra.Command {
	var from collectParts
	c := &cobra.Command{
		Use: "collect", Short: "make the package usagedata-collect, the vendor's receiver", Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			if err := o.check(); err != nil {
				return err
			}
			return o.make(from.contents)
		},
	}
	c.Flags().StringVar(&from.Binary, "binary", "", "the receiver's `program`")
	c.Flags().StringVar(&from.Manuals, "manuals", "",
		"the `folder` with its manual, as `make manuals-collect` writes it")
	c.Flags().StringVar(&from.Changelog, "changelog", "", "`file` with the changes")
	c.Flags().StringVar(&from.Guide, "guide", "",
		"`file` with the operators' guide; its examples are in the same folder")
	c.Flags().StringVar(&from.Protocol, "protocol", "", "`file` with the page about the upload protocol")
	return c
}

func (h collectParts) contents(o order, w *workDir) (parts, error) {
	binary, err := readProgram(h.Binary, o.Arch)
	if err != nil {
		return parts{}, err
	}
	p := parts{
		Name: collectName, License: ownLicense, Depends: hostNeeds, Recommends: []needed{{Name: "ca-certificates"}},
		Summary: "Receive the usage data of appliances and store it",
		About: "The collection point of the usage data service: receives the documents\n" +
			"that appliances send, over TLS, and answers each when it is stored\n" +
			"durably, in a folder or in a bucket of an S3-compatible server. It never\n" +
			"stores or logs an address.",
	}
	var problems []error
	add := func(c *files.Content, err error) {
		p.Contents, problems = append(p.Contents, c), append(problems, err)
	}
	add(file(h.Binary, "/usr/bin/"+collectName, 0o755), nil)
	for _, own := range []string{docOf(collectName), docOf(collectName) + "/examples"} {
		add(folder(own, 0o755), nil)
	}
	configured, err := w.collectConfiguration()
	p.Contents, problems = append(p.Contents, configured...), append(problems, err)
	add(w.embedded(collectName+".sysusers", "/usr/lib/sysusers.d/"+collectName+".conf", 0o644, nil))
	add(w.embedded(collectName+".preset", "/usr/lib/systemd/system-preset/80-"+collectName+".preset", 0o644, nil))
	add(w.embedded(collectName+".service", units+collectName+".service", 0o644, nil))
	guides, err := h.guides(w)
	p.Contents, problems = append(p.Contents, guides...), append(problems, err)
	manuals, err := w.pages(h.Manuals, "8", "5")
	p.Contents, problems = append(p.Contents, manuals...), append(problems, err)
	changes, err := os.ReadFile(h.Changelog)
	problems = append(problems, err)
	legal, err := legalFilesOf(o, p.Name, binary, "", "collect")
	problems = append(problems, err)
	documents, err := w.documents(o, p.Name, legal, string(changes))
	p.Contents, problems = append(p.Contents, documents...), append(problems, err)
	user, err := userScript(collectName)
	problems = append(problems, err)
	p.Scripts, err = w.scripts("collect", map[string]string{"User": user})
	return p, errors.Join(append(problems, err)...)
}

// collectConfiguration returns the folder of the configuration and the file as it is first installed.
// Both are readable by the receiver's group, as those of the host are by its group.
func (w *workDir) collectConfiguration() (all files.Contents, err error) {
	const at = "/etc/" + collectName
	for _, format := range []string{"deb", "rpm"} {
		dir := folder(at, 0o750)
		text, failed := w.embedded("collect.yaml", at+"/config.yaml", 0o640, nil)
		text.Type = files.TypeConfigNoReplace
		for _, c := range []*files.Content{dir, text} {
			c.Packager = format
			if format == "rpm" {
				c.FileInfo.Group = collectName
			}
		}
		all, err = append(all, dir, text), errors.Join(err, failed)
	}
	return all, err
}

func (h collectParts) guides(w *workDir) (files.Contents, error) {
	return w.guides(docOf(collectName), []guide{
		{h.Guide, "operators-guide.md", map[string]string{
			"examples/haproxy.cfg": "examples/haproxy.cfg", "../core/upload/README.md": "upload-protocol.md"}},
		{h.Protocol, "upload-protocol.md", map[string]string{
			"examples/nginx.conf":                 "examples/nginx.conf",
			"../document/usagedata-1.schema.json": "examples/usagedata-1.schema.json"}},
	})
}

func docOf(name string) string { return filepath.Join("/usr/share/doc", name) }
