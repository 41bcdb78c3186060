package sysinfo

import "regexp"

var (
	kernelVersion = regexp.MustCompile(`^\d{1,2}\.\d{1,3}(\.\d{1,3})?`)
	kernelBuild   = regexp.MustCompile(`^-(\d{1,5}(?:\.\d{1,5}){0,2})(?:[^0-9.]|\.[^0-9]|$)`)
)

// releaseNumbers keeps the numbers of a kernel's release: 5.10.0-28 of 5.10.0-28-amd64, 3.10.0-1160.118.1 of
// 3.10.0-1160.118.1.el7.x86_64. What stands behind them is free text of whoever built the kernel: a customer may have
// done so, and written a name there, or an address. That is also why a build of four numbers is left out.
func releaseNumbers(release string) string {
	version := kernelVersion.FindString(release)
	if version == "" {
		return ""
	}
	rest := release[len(version):]
	if rest != "" && (rest[0] >= '0' && rest[0] <= '9') {
		return "" // a longer number than a kernel has
	}
	if build := kernelBuild.FindStringSubmatch(rest); build != nil {
		return version + "-" + build[1]
	}
	return version
}
