package platformapi

import (
	"mime"
	"strings"
)

// negotiate finds the newest version, at most the release's newest, that the client accepts; 0 if there is none.
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

// mediaTypes are the types that are named in Accept headers, without those that q=0 excludes.
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
