// Package release knows the version of the programs.
package release

import "runtime/debug"

// latest is the version that CHANGELOG.md describes.
const latest = "v0.1.0"

// Version is that of the module, if the program was installed as one with
// `go install`, else the one that CHANGELOG.md describes.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return latest
}
