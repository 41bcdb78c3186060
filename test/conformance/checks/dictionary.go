package checks

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"polycom.com/usagedata/core/dictionary"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/scene"
)

// installedFiles returns the checks of the files in the product's folder other than the plugin.
func installedFiles() []Check {
	return []Check{{
		ID: "profile.dictionary", Level: required, Serves: []string{"ANON-1", "PLUG-2"}, Of: inScenes(scene.Good),
		From: scene.Started, Judge: freshDictionary,
		Holds: "The data dictionary in the product's folder, if there is one, is the page of the installed profile.",
		Why:   "A privacy reviewer and the customer read the page, and the host enforces the profile.",
	}}
}

func freshDictionary(s *scene.Scenes) Finding {
	written, err := os.ReadFile(filepath.Join(s.Product.Dir, dictionary.FileName))
	if errors.Is(err, fs.ErrNotExist) {
		return notApplicable("The folder has no " + dictionary.FileName + ".")
	}
	page, failed := dictionary.Page(s.Product.Profile)
	if err := errors.Join(err, failed); err != nil {
		return Finding{Outcome: result.Error, Says: "The page cannot be compared."}
	}
	if string(written) != page {
		return fail("%s is stale: `usagedata dictionary --profile FOLDER` prints another page.", dictionary.FileName)
	}
	return pass("")
}
