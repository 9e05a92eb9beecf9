//go:build unix

package outfile

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// descriptor opens a path that stands for an open file of this process, such as
// /dev/stdout, as that file: at its position, and as it was opened. For any
// other path it returns nil.
func descriptor(path string) (*os.File, error) {
	path = filepath.Clean(path)
	number, ok := strings.CutPrefix(path, "/dev/fd/")
	if !ok {
		number, ok = strings.CutPrefix(path, "/proc/self/fd/")
	}
	switch path {
	case "/dev/stdout":
		number, ok = "1", true
	case "/dev/stderr":
		number, ok = "2", true
	}
	if !ok {
		return nil, nil
	}
	fd, err := strconv.ParseUint(number, 10, 31)
	if err != nil {
		return nil, nil
	}
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	copied, err := syscall.Dup(int(fd))
	if err != nil {
		return nil, err
	}
	syscall.CloseOnExec(copied)
	return os.NewFile(uintptr(copied), path), nil
}

// creatable returns an error if no file can be created in a directory. It
// leaves no trace, whatever happens to the process.
func creatable(dir string) error {
	const writeAndSearch = 2 | 1
	if err := syscall.Access(dir, writeAndSearch); err != nil {
		return err
	}
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		err = syscall.ENOTDIR
	}
	return err
}
