package checks

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"polycom.com/usagedata/test/conformance/observe"
	"polycom.com/usagedata/test/conformance/scene"
)

// reads fails if the plugin opened a file that the host's sandbox keeps from it.
func reads(s *scene.Scenes) Finding {
	seen := map[string][]string{}
	for _, name := range scene.ReadsObserved() {
		for _, act := range s.Of(name).Acts {
			if path := publicPath(act.Object); act.Kind == observe.Read && !slices.Contains(seen[path], string(name)) {
				seen[path] = append(seen[path], string(name))
			}
		}
	}
	var problems []string
	for _, path := range slices.Sorted(maps.Keys(seen)) {
		problems = append(problems, path+", in the scenes "+strings.Join(seen[path], ", "))
	}
	return failIfAny(problems, "It opened files that neither its profile nor its configuration names.")
}

// ofTheSystem matches paths that are the same on every machine.
var ofTheSystem = regexp.MustCompile(`^(/etc/[^/]+|/(usr|lib|lib32|lib64|bin|sbin)(/.*)?|/dev/[^/]+)$`)

// throughProcess matches paths that lead through a link of a process to any file.
var throughProcess = regexp.MustCompile(`^/proc/(self|thread-self|[0-9]+)(/task/[0-9]+)?/(root|cwd|fd)(/.*)?$`)

var processNumber = regexp.MustCompile(`^/proc/[0-9]+`)

// publicPath returns the part of a path that cannot identify a customer: all of a path of the
// system, and the first folders of any other.
func publicPath(path string) string {
	if ofTheSystem.MatchString(path) {
		return path
	}
	if through := throughProcess.FindStringSubmatch(path); through != nil {
		link, rest := "/proc/PID/"+through[3], through[4]
		if link == "/proc/PID/fd" {
			return "a file through " + link
		}
		return publicPath(filepath.Clean("/"+rest)) + " through " + link // the working folder is / too
	}
	if number := processNumber.FindString(path); number != "" {
		return "/proc/PID" + path[len(number):]
	}
	folders := strings.Split(filepath.Dir(path), "/")
	if len(folders) < 2 || folders[1] == "" {
		return "a file in /"
	}
	if len(folders) > 2 && slices.Contains([]string{"etc", "var", "opt", "run", "proc", "sys"}, folders[1]) {
		return "a file below /" + folders[1] + "/" + folders[2]
	}
	return "a file below /" + folders[1]
}
