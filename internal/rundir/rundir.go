// Package rundir keeps a search in a directory: what is searched (plan.json), each
// result as soon as it is there (results.jsonl), and the answer (summary.json). A search
// that was killed is opened again and goes on; what has its result is not done again.
//
// A result is a JSON value under a key that says what was done. Each is one line, with a
// checksum, appended to the file. A line that a kill left unfinished, or that is damaged,
// is left out when the directory is opened, so its work is done again. Finish puts the
// lines in the order of their keys: then the files of a search depend on its plan alone,
// not on the order in which its work was done, nor on where it was interrupted.
//
// One process at a time writes a directory. The package knows neither searches nor
// reports.
package rundir

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"tenement/internal/outfile"
	"tenement/internal/words"
)

// The files of a directory.
const (
	PlanFile    = "plan.json"
	ResultsFile = "results.jsonl"
	SummaryFile = "summary.json"
	lockFile    = "lock"
)

// ErrInUse is the error of Open if another process has the directory open.
var ErrInUse = errors.New("another process is writing to it")

// ErrNotEmpty is the error of Open if the directory holds other files than a run's.
var ErrNotEmpty = errors.New("it holds other files, and no " + PlanFile)

// OtherPlanError is the error of Open if the directory is of another plan.
type OtherPlanError struct {
	Path   string
	Differ []string // the keys of the plan that differ, sorted
}

// Error implements error.
func (e *OtherPlanError) Error() string {
	name := filepath.Join(e.Path, PlanFile)
	switch {
	case slices.Contains(e.Differ, "kind"):
		return name + " is the directory of a search of another kind"
	case len(e.Differ) == 1:
		return fmt.Sprintf("%s is the directory of another search: %s differs", name, e.Differ[0])
	}
	return fmt.Sprintf("%s is the directory of another search: %s differ", name, words.List(e.Differ, "and"))
}

// PlanError is the error of Open if the directory's plan cannot be read as one.
type PlanError struct {
	Path string // of the plan
	Err  error
}

// Error implements error.
func (e *PlanError) Error() string {
	return fmt.Sprintf("%s is no plan of a search: %v", e.Path, e.Err)
}

// Unwrap gives what is wrong.
func (e *PlanError) Unwrap() error { return e.Err }

// Dir is the directory of a search. The nil Dir keeps nothing. It is safe for concurrent
// use.
type Dir struct {
	path string
	lock *os.File

	mu      sync.Mutex // guards what follows
	file    *os.File   // results that are appended
	results map[string]json.RawMessage
	damaged int // lines that were unfinished or damaged when it was opened
}

// Open opens the directory of a plan, which it makes if there is none. The plan is
// encoded as JSON, an object. The error is an *OtherPlanError if the directory is of
// another plan, a *PlanError if its plan is damaged, ErrInUse, ErrNotEmpty, or one of the file system.
func Open(path string, plan any) (*Dir, error) {
	text, err := encode(plan)
	if err != nil {
		return nil, fmt.Errorf("opening run directory: %w", err)
	}
	if err := os.MkdirAll(path, 0o777); err != nil {
		return nil, fmt.Errorf("opening run directory: %w", err)
	}
	if err := usable(path); err != nil {
		return nil, fmt.Errorf("opening run directory %s: %w", path, err)
	}
	lock, err := acquire(filepath.Join(path, lockFile))
	if err != nil {
		return nil, fmt.Errorf("opening run directory %s: %w", path, err)
	}
	d := &Dir{path: path, lock: lock, results: map[string]json.RawMessage{}}
	if err := d.begin(text); err != nil {
		lock.Close()
		return nil, err
	}
	return d, nil
}

// begin checks or writes the plan, and reads the results.
func (d *Dir) begin(plan []byte) error {
	name := filepath.Join(d.path, PlanFile)
	there, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = outfile.Write(name, func(w io.Writer) error { _, err := w.Write(plan); return err })
	case err == nil && !bytes.Equal(there, plan):
		differ, wrong := differences(there, plan)
		if wrong != nil {
			return &PlanError{Path: name, Err: wrong}
		}
		err = &OtherPlanError{Path: d.path, Differ: differ}
	}
	if err != nil {
		return err
	}
	return d.load()
}

// load reads the results, and opens their file behind the last whole line.
func (d *Dir) load() error {
	name := filepath.Join(d.path, ResultsFile)
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o666)
	if err != nil {
		return fmt.Errorf("opening results: %w", err)
	}
	text, err := io.ReadAll(f)
	if err != nil {
		f.Close()
		return fmt.Errorf("reading results: %w", err)
	}
	whole := bytes.LastIndexByte(text, '\n') + 1
	for line := range bytes.Lines(text[:whole]) {
		key, result, ok := parse(line)
		if !ok {
			d.damaged++
			continue
		}
		d.results[key] = result
	}
	if whole < len(text) {
		d.damaged++
	}
	if err = f.Truncate(int64(whole)); err == nil {
		_, err = f.Seek(int64(whole), io.SeekStart)
	}
	if err != nil {
		f.Close()
		return fmt.Errorf("opening results: %w", err)
	}
	d.file = f
	return nil
}

// Get decodes the result under a key, and reports whether there is one. A result that
// does not decode into that type is as none: it is made again.
func (d *Dir) Get(key string, into any) bool {
	if d == nil {
		return false
	}
	d.mu.Lock()
	result, ok := d.results[key]
	d.mu.Unlock()
	return ok && json.Unmarshal(result, into) == nil
}

// Put keeps a result under a key. When it returns, the result outlives the process.
func (d *Dir) Put(key string, result any) error {
	if d == nil {
		return nil
	}
	text, err := json.Marshal(result)
	if err != nil {
		return fmt.Errorf("keeping a result: %w", err)
	}
	line := format(key, text)
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, err := d.file.Write(line); err != nil {
		return fmt.Errorf("keeping a result: %w", err)
	}
	d.results[key] = text
	return nil
}

// Finish ends a search that has all its results: it puts them in the order of their
// keys, and writes the answer, which is encoded as JSON.
func (d *Dir) Finish(summary any) error {
	if d == nil {
		return nil
	}
	text, err := encode(summary)
	if err != nil {
		return fmt.Errorf("writing the summary: %w", err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.file.Close(); err != nil {
		return fmt.Errorf("keeping results: %w", err)
	}
	err = outfile.Write(filepath.Join(d.path, ResultsFile), func(w io.Writer) error {
		for _, key := range slices.Sorted(maps.Keys(d.results)) {
			if _, err := w.Write(format(key, d.results[key])); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return outfile.Write(filepath.Join(d.path, SummaryFile), func(w io.Writer) error { _, err := w.Write(text); return err })
}

// Close lets other processes write to the directory. The results stay.
func (d *Dir) Close() error {
	if d == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	err := d.file.Close()
	if errors.Is(err, os.ErrClosed) { // by Finish
		err = nil
	}
	return errors.Join(err, d.lock.Close())
}
