package logfile

import (
	"bytes"
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// keptFiles is how many earlier files of a log are kept: as many as the agent
// keeps.
const keptFiles = 24

// Rotated is a log file that is renamed when it has reached a size, and begun
// anew: FILE becomes FILE.1, later FILE.2 and so on. The highest number is
// the latest; when there are more than keptFiles, the lowest are removed. A
// line is never split: the line that reaches the size is the file's last.
//
// The ECS agent rotates its logs in this way if ECS_LOG_ROLLOVER_TYPE is size.
// Its default, rotation by the hour, is not imitated. On Windows a file that
// another program holds open cannot be renamed, and Write fails.
//
// Source: amazon-ecs-agent agent/logger/audit/audit_log.go, and cihub/seelog
// writers_rollingfilewriter.go.
type Rotated struct {
	path string
	file *os.File
	size int64 // of the file
	most int64 // 0 is any size
}

// OpenRotated opens a file to append to, which is rotated at most bytes, or
// never if most is 0. Anything but a regular file, such as a pipe, is never
// renamed.
func OpenRotated(path string, most int64) (*Rotated, error) {
	r := &Rotated{path: path, most: most}
	if err := r.open(); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *Rotated) open() error {
	f, err := os.OpenFile(r.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	if !info.Mode().IsRegular() {
		r.most = 0
	}
	r.file, r.size = f, info.Size()
	return nil
}

// Write appends lines, which must be whole.
func (r *Rotated) Write(lines []byte) (int, error) {
	n := 0
	for n < len(lines) {
		if r.most > 0 && r.size >= r.most {
			if err := r.roll(); err != nil {
				return n, err
			}
		}
		part := lines[n:]
		if room := r.most - r.size; r.most > 0 && int64(len(part)) > room {
			// Up to the end of the line that reaches the bound.
			if end := bytes.IndexByte(part[room-1:], '\n'); end >= 0 {
				part = part[:int(room)+end]
			}
		}
		written, err := r.file.Write(part)
		n, r.size = n+written, r.size+int64(written)
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// Close closes the file.
func (r *Rotated) Close() error { return r.file.Close() }

// roll renames the file, removes what is too old, and begins another.
func (r *Rotated) roll() error {
	if err := r.file.Close(); err != nil {
		return err
	}
	numbers, err := r.history()
	if err != nil {
		return err
	}
	next := 1
	if len(numbers) > 0 {
		next = numbers[len(numbers)-1] + 1
	}
	if err := os.Rename(r.path, r.name(next)); err != nil {
		return err
	}
	for len(numbers)+1 > keptFiles {
		if err := os.Remove(r.name(numbers[0])); err != nil {
			return err
		}
		numbers = numbers[1:]
	}
	return r.open()
}

func (r *Rotated) name(n int) string { return r.path + "." + strconv.Itoa(n) }

// history returns the numbers of the earlier files, the oldest first.
func (r *Rotated) history() ([]int, error) {
	entries, err := os.ReadDir(filepath.Dir(r.path))
	if err != nil {
		return nil, err
	}
	var numbers []int
	for _, e := range entries {
		if of, ok := strings.CutPrefix(e.Name(), filepath.Base(r.path)+"."); ok {
			if n, err := strconv.Atoi(of); err == nil && n > 0 && strconv.Itoa(n) == of {
				numbers = append(numbers, n)
			}
		}
	}
	slices.SortFunc(numbers, cmp.Compare)
	return numbers, nil
}
