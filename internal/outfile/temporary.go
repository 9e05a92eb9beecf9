package outfile

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// A temporary file is called .NAME.PID-RANDOM.tmp, beside the file NAME that it
// will become. The process that made it removes it, also when a signal ends it
// (Abandon); if the process was killed, the next one that writes NAME does.

// existing are the temporary files and directories of this process.
var existing = struct {
	mu    sync.Mutex
	names map[string]bool // by absolute path
	dirs  []string
}{names: make(map[string]bool)}

// Abandon removes all temporary files and directories of this process and lets no
// write get further: a write that has begun, and every later one, blocks for ever.
// Files that were written whole stay. It is for a process that ends at once.
func Abandon() {
	existing.mu.Lock() // nobody gets it again
	for name := range existing.names {
		_ = os.Remove(name) // there is nobody left to tell
	}
	for _, dir := range existing.dirs {
		_ = os.RemoveAll(dir) // likewise
	}
}

// longestStem bounds how much of a file's name its temporary file has, in bytes:
// file systems have no names of more than 255 bytes.
const longestStem = 200

// suffix ends the name of every temporary file.
const suffix = ".tmp"

// stem is what the names of all temporary files for a path begin with.
func stem(path string) string {
	name := filepath.Base(path)
	return "." + name[:min(len(name), longestStem)] + "."
}

// temporary creates a file beside path, which settle renames or removes.
func temporary(path string, mode fs.FileMode) (*os.File, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	existing.mu.Lock()
	defer existing.mu.Unlock()
	for {
		name := fmt.Sprintf("%s%d-%08x%s", stem(path), os.Getpid(), rand.Uint32(), suffix)
		f, err := os.OpenFile(filepath.Join(filepath.Dir(path), name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
		if err == nil {
			existing.names[f.Name()] = true
		}
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

// settle makes a temporary file the one at path, unless its content could not
// be written. If either fails it removes the temporary file and returns the
// error.
func settle(name, path string, err error) error {
	existing.mu.Lock()
	defer existing.mu.Unlock()
	delete(existing.names, name)
	if err == nil {
		err = os.Rename(name, path)
	}
	if err != nil {
		_ = os.Remove(name)
	}
	return err
}

// clean removes temporary files that dead processes have left beside path. It
// ignores errors, which do not concern the file that is written.
func clean(path string) {
	path, err := filepath.Abs(path)
	if err != nil {
		return
	}
	existing.mu.Lock()
	defer existing.mu.Unlock()
	dir, begin := filepath.Dir(path), stem(path)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		rest, ok := strings.CutPrefix(e.Name(), begin)
		if !ok || !e.Type().IsRegular() {
			continue
		}
		if rest, ok = strings.CutSuffix(rest, suffix); !ok {
			continue
		}
		first, random, ok := strings.Cut(rest, "-")
		pid, err := strconv.Atoi(first)
		if !ok || err != nil || pid <= 0 || len(random) != 8 {
			continue
		}
		name := filepath.Join(dir, e.Name())
		// In a container every process may have the same number, also one that
		// was killed.
		if pid == os.Getpid() && !existing.names[name] || !alive(pid) {
			_ = os.Remove(name)
		}
	}
}

// TempDir makes a directory for files of this process, and removes those that dead
// processes of this host have left. The caller removes it, or Abandon does. The name
// holds the name of the host, because processes of different containers that share
// the parent have numbers of their own. The error is that of os.MkdirTemp.
func TempDir(name string) (string, error) {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	begin := name + "-" + strings.NewReplacer("/", "_", "\\", "_", "*", "_").Replace(host) + "-"
	if entries, err := os.ReadDir(os.TempDir()); err == nil {
		for _, e := range entries {
			rest, ok := strings.CutPrefix(e.Name(), begin)
			if !ok || !e.IsDir() {
				continue
			}
			first, _, ok := strings.Cut(rest, "-")
			pid, err := strconv.Atoi(first)
			if ok && err == nil && pid > 0 && !alive(pid) {
				_ = os.RemoveAll(filepath.Join(os.TempDir(), e.Name()))
			}
		}
	}
	existing.mu.Lock()
	defer existing.mu.Unlock()
	dir, err := os.MkdirTemp("", fmt.Sprintf("%s%d-", begin, os.Getpid()))
	if err == nil {
		existing.dirs = append(existing.dirs, dir)
	}
	return dir, err
}

// alive reports whether a process runs. If the system does not tell, the answer is
// yes.
func alive(pid int) bool {
	p, err := os.FindProcess(pid) // on Windows an error if there is none
	if err != nil {
		return false
	}
	defer p.Release() //nolint:errcheck // nothing was done with it
	return !errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone)
}
