package sysinfo

import "regexp"

var (
	kernelVersion = regexp.MustCompile(`^\d{1,2}\.\d{1,3}(\.\d{1,3})?`)
	kernelBuild   = regexp.MustCompile(`^-(\d{1,5}(?:\.\d{1,5}){0,2})(?:[^0-9.]|\.[^0-9]|$)`)
)

// releaseNumbers returns the numbers of a kernel release: 5.10.0-28 for 5.10.0-28-amd64,
// 3.10.0-1160.118.1 for 3.10.0-1160.118.1.el7.x86_64. The rest of the release is free text: a
// customer may have built the kernel and written a name or an address there. For the same reason a
// build of four numbers is left out.
func releaseNumbers(release string) string {
	version := kernelVersion.FindString(release)
	if version == "" {
		return ""
	}
	rest := release[len(version):]
	if rest != "" && (rest[0] >= '0' && rest[0] <= '9') {
		return "" // the number is longer than any kernel's
	}
	if build := kernelBuild.FindStringSubmatch(rest); build != nil {
		return version + "-" + build[1]
	}
	return version
}
