// Package outfile writes files whole or not at all: a reader finds the old
// content or the new one, never a part, and a write that fails leaves what was
// there.
//
// The content goes to a temporary file in the same directory, which then takes
// the place of the old file. Where that would do harm the content is written
// to what is there: a device, a pipe or a descriptor such as /dev/stdout is
// written to and never replaced. A symbolic link stays a link, also one whose
// target does not exist yet. A file that is not writable is not replaced. Of a
// file with several names (hard links) only the one that was given gets the new
// content. On Windows a file that another program holds open cannot be replaced:
// that is an error, and the old content stays.
//
// A program that a signal ends calls Abandon, so that no temporary file stays.
package outfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// permissions are those of a new file, less the user's umask.
const permissions = 0o666

// private is the mode of a file that only its owner may read.
const private = 0o600

// Write writes a file with what content writes. A new file gets the
// permissions that the umask leaves, a file that exists keeps its own. An
// error is an *fs.PathError with the path that was given and the cause, which
// may be an error of content.
func Write(path string, content func(io.Writer) error) error {
	return named(path, write(path, permissions, true, content))
}

// WritePrivate is like Write for a file with a secret: only its owner may read it,
// whatever its permissions were.
func WritePrivate(path string, content []byte) error {
	return named(path, write(path, private, false, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	}))
}

// Check returns the error of a Write that cannot succeed whatever the content: the
// directory does not exist, for example, or is not writable. It changes nothing.
// It does not open a pipe or a device.
func Check(path string) error {
	p, err := locate(path)
	switch {
	case err != nil:
	case p.descriptor != nil:
		err = p.descriptor.Close()
	case p.replaced():
		err = replaceable(p)
	}
	return named(path, err)
}

// Replaced is the file, behind all links, that Write would put another in the place of;
// "" if none is there, if a device, a pipe or a descriptor is, or if Write cannot succeed.
func Replaced(path string) string {
	p, err := look(path)
	if err != nil || p.info == nil || !p.replaced() {
		return ""
	}
	return p.path
}

// write is Write with the mode of a new file, which a file that exists keeps
// unless keep is false.
func write(path string, mode fs.FileMode, keep bool, content func(io.Writer) error) error {
	p, err := locate(path)
	if err != nil {
		return err
	}
	if !p.replaced() {
		return p.overwrite(content)
	}
	if keep && p.info != nil {
		if err := writable(p.path); err != nil {
			return err
		}
	}
	clean(p.path)
	f, err := temporary(p.path, mode)
	if err != nil {
		return err
	}
	if keep && p.info != nil {
		err = f.Chmod(p.info.Mode().Perm())
	}
	if err == nil {
		err = content(f)
	}
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	return settle(f.Name(), p.path, err)
}

// place is what a path leads to.
type place struct {
	path       string      // behind all links
	info       fs.FileInfo // nil if nothing is there
	descriptor *os.File    // an open file of this process that the path stands for, or nil
	foreign    bool        // the path stands for an open file of another process
}

// maxLinks bounds a chain of links, as Linux does.
const maxLinks = 40

// locate follows the links of a path. A path that leads to nothing is no error.
func locate(path string) (place, error) {
	for range maxLinks {
		if f, err := descriptor(path); f != nil || err != nil {
			return opened(path, f, err)
		}
		info, err := os.Lstat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return place{path: path}, nil
		case err != nil:
			return place{}, err
		case info.IsDir():
			return place{}, syscall.EISDIR
		case info.Mode()&fs.ModeSymlink == 0:
			return place{path: path, info: info}, nil
		case ofProcess(path):
			info, err := os.Stat(path)
			return place{path: path, info: info, foreign: true}, err
		}
		target, err := os.Readlink(path)
		if err != nil {
			return place{}, err
		}
		if !filepath.IsAbs(target) {
			// Behind a directory that is a link, ".." is another one.
			dir, err := filepath.EvalSymlinks(filepath.Dir(path))
			if err != nil {
				return place{}, err
			}
			target = filepath.Join(dir, target)
		}
		path = target
	}
	return place{}, syscall.ELOOP
}

// opened is the place of a path that stands for an open file of this process.
func opened(path string, f *os.File, err error) (place, error) {
	if err != nil {
		return place{}, err
	}
	info, err := f.Stat()
	if err != nil {
		_ = f.Close()
	}
	return place{path: path, info: info, descriptor: f}, err
}

// replaced reports whether a new file takes the place of what is there.
func (p place) replaced() bool {
	return p.descriptor == nil && !p.foreign && (p.info == nil || p.info.Mode().IsRegular())
}

// overwrite writes to what is there: a descriptor, a device or a pipe.
func (p place) overwrite(content func(io.Writer) error) error {
	f := p.descriptor
	if f == nil {
		flags := os.O_WRONLY
		if p.foreign {
			flags |= os.O_APPEND
		}
		var err error
		if f, err = os.OpenFile(p.path, flags, 0); err != nil {
			return err
		}
	}
	err := content(f)
	if closing := f.Close(); err == nil {
		err = closing
	}
	return err
}

// replaceable returns an error if a file cannot take the place of p.
func replaceable(p place) error {
	if p.info != nil {
		if err := writable(p.path); err != nil {
			return err
		}
	}
	return creatable(p.path)
}

// named says which file could not be written, and why, without the name that
// the system was given.
func named(path string, err error) error {
	if err == nil {
		return nil
	}
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		err = at.Err
	} else if of, ok := errors.AsType[*os.LinkError](err); ok {
		err = of.Err
	}
	return &fs.PathError{Op: "writing", Path: path, Err: err}
}
