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
	dir, number := filepath.Split(filepath.Clean(path))
	switch filepath.Clean(path) {
	case "/dev/stdout":
		dir, number = "/dev/fd", "1"
	case "/dev/stderr":
		dir, number = "/dev/fd", "2"
	}
	dir = filepath.Clean(dir)
	if dir != "/dev/fd" {
		// /proc/self and the like are links to the directory of a process.
		to, err := filepath.EvalSymlinks(dir)
		if err != nil || to != "/dev/fd" && processOf(to) != os.Getpid() {
			return nil, nil
		}
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

// ofProcess reports whether a link is one of those that Linux makes for the
// open files of a process. What it points to is not what it stands for.
func ofProcess(path string) bool {
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	return err == nil && processOf(dir) > 0
}

// processOf is the process whose open files Linux lists in a directory, which is
// /proc/PID/fd or /proc/PID/task/TID/fd; 0 if it is another directory.
func processOf(dir string) int {
	rest, ok := strings.CutPrefix(dir, "/proc/")
	if !ok {
		return 0
	}
	first, rest, _ := strings.Cut(rest, "/")
	pid, err := strconv.Atoi(first)
	ofTask := strings.HasPrefix(rest, "task/") && strings.HasSuffix(rest, "/fd")
	if err != nil || rest != "fd" && !ofTask {
		return 0
	}
	return pid
}

// writable returns an error if a file that exists cannot be written.
func writable(path string) error {
	const write = 2
	return syscall.Access(path, write)
}

// creatable returns an error if no file can be created beside path. It leaves no
// trace, whatever happens to the process.
func creatable(path string) error {
	const writeAndSearch = 2 | 1
	dir := filepath.Dir(path)
	if err := syscall.Access(dir, writeAndSearch); err != nil {
		return err
	}
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		err = syscall.ENOTDIR
	}
	return err
}
