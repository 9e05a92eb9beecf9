package outfile

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Same reports whether two paths lead to the same file, by whatever spelling,
// links or descriptors, so that what is written to one takes the place of what
// was written to the other. Neither file needs to exist.
func Same(a, b string) bool {
	x, err := look(a)
	if err != nil {
		return false // Write will tell
	}
	y, err := look(b)
	switch {
	case err != nil:
		return false
	case x.info != nil || y.info != nil:
		return x.info != nil && y.info != nil && os.SameFile(x.info, y.info)
	}
	return sameName(filepath.Base(x.path), filepath.Base(y.path)) && sameDir(filepath.Dir(x.path), filepath.Dir(y.path))
}

// Opens reports whether a path leads to what a file of this process is open on.
func Opens(path string, f *os.File) bool {
	p, err := look(path)
	if err != nil || p.info == nil {
		return false
	}
	info, err := f.Stat()
	return err == nil && os.SameFile(p.info, info)
}

// look is locate, and leaves nothing open.
func look(path string) (place, error) {
	p, err := locate(path)
	if p.descriptor != nil {
		_ = p.descriptor.Close()
	}
	return p, err
}

func sameDir(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// sameName compares the names of files that do not exist yet. Most file systems
// of Windows and macOS ignore case.
func sameName(a, b string) bool {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return strings.EqualFold(a, b)
	}
	return a == b
}
