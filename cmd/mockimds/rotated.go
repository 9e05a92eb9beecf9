package main

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

// keptFiles is how many files are kept of those that a log has been, as the
// agent's.
const keptFiles = 24

// rotated is a file of lines that is renamed when it has reached its most
// bytes, whereupon another is begun: FILE becomes FILE.1, later FILE.2 and so
// on, so that the highest number is the latest, and the lowest go when there are
// more than keptFiles. A line is never split; the one that reaches the bound is
// the file's last.
//
// That is how the library with which the agent writes its logs rotates by size.
// The agent does so where ECS_LOG_ROLLOVER_TYPE is size, and by the hour
// otherwise, which is not imitated.
// Source: amazon-ecs-agent agent/logger/audit/audit_log.go, and
// cihub/seelog writers_rollingfilewriter.go.
type rotated struct {
	path string
	file *os.File
	size int64 // of the file
	most int64 // 0 is any size
}

// openRotated appends to a file. What is no regular file, such as a pipe, is
// never renamed.
func openRotated(path string, most int64) (*rotated, error) {
	r := &rotated{path: path, most: most}
	if err := r.open(); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *rotated) open() error {
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

// Write appends whole lines.
func (r *rotated) Write(lines []byte) (int, error) {
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
func (r *rotated) Close() error { return r.file.Close() }

// roll renames the file, removes what is too old, and begins another.
func (r *rotated) roll() error {
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

func (r *rotated) name(n int) string { return r.path + "." + strconv.Itoa(n) }

// history is the numbers of the files there are, the oldest first.
func (r *rotated) history() ([]int, error) {
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
