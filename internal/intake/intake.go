// Package intake turns recordings of other programs into traces: it opens files and
// peels what they are wrapped in, finds their format, puts several files and
// disordered lines into one order of time in bounded memory, counts what cannot be
// read, and lets package evidence conclude the rest.
package intake

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"tenement/internal/evidence"
	"tenement/internal/recording"
	"tenement/internal/service"
	"tenement/internal/trace"
)

// Options say how recordings are read.
type Options struct {
	// From is the name of their format; "" tells each by its content.
	From      string
	Recording recording.Options
	// Strict makes the first line that cannot be read an error.
	Strict bool
	// Pseudonymise replaces ARNs, addresses and IDs.
	Pseudonymise bool
	// Service is what was asked, where the user says so; nil follows from the paths.
	Service  *service.Service
	Evidence evidence.Options
	// Streams are read in place of the files of these names: - is standard input, the others
	// are pipes at whose beginning somebody has looked.
	Streams map[string]io.Reader
}

// Summary is what an import read and left out.
type Summary struct {
	Files  []File
	Counts trace.Counts
	// Damaged are the first lines that could not be read.
	Damaged []trace.Error
	// Backwards is how many files were newest first.
	Backwards int
	// Services are how many requests each service got.
	Services map[service.Service]int64
}

// File is one recording.
type File struct {
	Name     string
	Format   string   // "" of an empty file
	Wrapped  []string // what was undone around its lines, from the outside
	Requests int64

	piped bool // its name is that of a descriptor, and says nothing
}

// mostDamaged is how many damaged lines are kept to be shown.
const mostDamaged = 5

// Import reads recordings and makes one trace of them, which the caller closes. The
// files may be given in any order. The error is a trace.Error where a place in a file
// is to blame; recording.ErrTrace is that of a file that is a trace already.
func Import(names []string, o Options) (_ *trace.Tape, _ *Summary, err error) {
	im, err := read(names, o)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, im.order.spool.Close()) }()
	recorder := trace.NewRecorder()
	header, err := evidence.Trace(im.order.source, o.Evidence, recorder.Add)
	if err != nil {
		return nil, nil, errors.Join(err, recorder.Close())
	}
	im.complete(&header)
	tape, err := recorder.Tape(header)
	if err != nil {
		return nil, nil, errors.Join(err, recorder.Close())
	}
	im.sum.Counts = *header.Counts
	return tape, &im.sum, nil
}

// FitLimit finds the limit that explains the refusals of recordings. Its errors are
// those of Import.
func FitLimit(names []string, o Options) (_ evidence.Fit, _ *Summary, err error) {
	im, err := read(names, o)
	if err != nil {
		return evidence.Fit{}, nil, err
	}
	defer func() { err = errors.Join(err, im.order.spool.Close()) }()
	f, err := evidence.FitLimit(im.order.source, o.Evidence)
	return f, &im.sum, err
}

// read reads recordings. The caller closes the spool of the importer's order.
func read(names []string, o Options) (_ *importer, err error) {
	if err := differ(names); err != nil {
		return nil, err
	}
	im := &importer{o: o, order: newOrder(newTable(), buffered), days: make(map[int64]*day), services: make([]int64, len(service.All()))}
	defer func() {
		if err != nil {
			err = errors.Join(err, im.order.spool.Close())
		}
	}()
	if o.Pseudonymise {
		im.pseudonyms = newPseudonyms()
	}
	for _, name := range names {
		if err := im.file(name, len(names) > 1); err != nil {
			return nil, err
		}
	}
	if err := im.end(); err != nil {
		return nil, err
	}
	return im, nil
}

// differ refuses one file that is given twice: its requests would count twice.
func differ(names []string) error {
	var infos []os.FileInfo
	for i, name := range names {
		if name == "-" {
			if slices.Contains(names[:i], "-") {
				return errors.New("- is given twice: there is one standard input")
			}
			infos = append(infos, nil)
			continue
		}
		info, err := os.Stat(name)
		if err != nil {
			return err
		}
		for j, other := range infos {
			if other != nil && os.SameFile(info, other) {
				return fmt.Errorf("%s and %s are one file: its requests would count twice", names[j], name)
			}
		}
		infos = append(infos, info)
	}
	return nil
}

// Raw reports whether a file is a recording that Import can read, and no trace.
func Raw(name string) bool {
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	_, err = recording.NewReader(f, "", recording.Options{})
	return err == nil
}

// Traced reports whether what begins like this is a trace.
func Traced(head []byte) bool {
	_, err := recording.NewReader(bytes.NewReader(head), "", recording.Options{})
	return errors.Is(err, recording.ErrTrace)
}
