// Package intake turns recordings of other programs into traces: it opens files and
// peels what they are wrapped in, finds their format, puts several files and
// disordered lines into one order of time in bounded memory, counts what cannot be
// read, and lets package evidence conclude the rest.
package intake

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tenement/internal/evidence"
	"tenement/internal/recording"
	"tenement/internal/service"
	"tenement/internal/trace"
	"tenement/internal/words"
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
	// Stdin is what the name - stands for.
	Stdin io.Reader
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
	im := &importer{o: o, order: newOrder(newTable(), buffered), days: make(map[int64]*day)}
	defer func() {
		if err != nil {
			err = errors.Join(err, im.order.spool.Close())
		}
	}()
	if o.Pseudonymise {
		im.pseudonyms = newPseudonyms()
	}
	for _, name := range names {
		if err := im.file(name); err != nil {
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

// importer is an import at work.
type importer struct {
	o          Options
	order      *order
	sum        Summary
	pseudonyms *pseudonyms

	days    map[int64]*day // how many entries there are on each, by its number
	today   *day           // the one of the last entry
	number  int64
	methods bool // some entry has no method

	services [8]int64 // requests, by service
	audited  bool     // one of the files is an audit log
	refused  int64    // refusals in logs of mockimds, which its audit log has too
}

// day is what is known of the entries of a day.
type day struct {
	entries int64
	file    string
	line    int
}

// file reads a recording.
func (im *importer) file(name string) error {
	var in io.Reader = im.o.Stdin
	shown := "stdin"
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		in, shown = f, name
	}
	r, err := recording.NewReader(shown, in, im.o.From, im.o.Recording)
	if d := (*recording.Damage)(nil); errors.As(err, &d) {
		return &trace.Error{File: shown, Line: 1, Col: d.Col, Text: d.Text}
	}
	if err != nil {
		return fmt.Errorf("reading %s: %w", words.Visible(shown), err)
	}
	if err := im.order.begin(); err != nil {
		return err
	}
	f := File{Name: shown, Format: r.Format, Wrapped: r.Wrapped}
	im.audited = im.audited || r.Format == "audit"
	var e recording.Entry
	for {
		line, err := r.Next(&e)
		switch kind, foreign := recording.IsForeign(err); {
		case err == nil:
			twice := r.Format == "mockimds" && e.Status == 429 && e.Service == service.ECS
			if twice {
				im.refused++
			}
			if err := im.entry(shown, line, &e, twice); err != nil {
				return err
			}
			f.Requests++
			continue
		case foreign:
			im.foreign(kind, 1)
			continue
		case errors.Is(err, io.EOF):
			im.sum.Counts.Lines += r.Lines()
			im.sum.Files = append(im.sum.Files, f)
			return nil
		}
		d := (*recording.Damage)(nil)
		if !errors.As(err, &d) {
			return fmt.Errorf("reading %s: %w", words.Visible(shown), err)
		}
		if err := im.damaged(trace.Error{File: shown, Line: line, Col: d.Col, Text: d.Text}); err != nil {
			return err
		}
	}
}

func (im *importer) foreign(kind string, n int64) {
	if im.sum.Counts.Foreign == nil {
		im.sum.Counts.Foreign = make(map[string]int64)
	}
	im.sum.Counts.Foreign[kind] += n
}

// damaged counts a line that cannot be read.
func (im *importer) damaged(e trace.Error) error {
	if im.o.Strict {
		return &e
	}
	im.sum.Counts.Unreadable++
	if len(im.sum.Damaged) < mostDamaged {
		im.sum.Damaged = append(im.sum.Damaged, e)
	}
	return nil
}

// entry takes an entry. twice says that an audit log has it too.
func (im *importer) entry(file string, line int, e *recording.Entry, twice bool) error {
	if im.o.Service != nil {
		e.Service = *im.o.Service
	}
	im.methods = im.methods || e.Method == ""
	im.services[e.Service]++
	if im.pseudonyms != nil {
		im.pseudonyms.replace(e)
	}
	if n := e.At.Unix() / int64(24*time.Hour/time.Second); im.today == nil || n != im.number {
		im.number, im.today = n, im.days[n]
		if im.today == nil {
			im.today = &day{file: file, line: line}
			im.days[n] = im.today
		}
	}
	im.today.entries++
	return im.order.add(e, twice)
}

// end ends the reading: it finds the year that most entries are of, since a trace is
// no longer, and counts the others as damaged.
func (im *importer) end() error {
	if err := im.order.done(); err != nil {
		return err
	}
	if len(im.days) == 0 {
		return im.nothing()
	}
	var all []int64
	for n := range im.days {
		all = append(all, n)
	}
	slices.Sort(all)
	const year = 364 // days, so that a trace of them is no longer than a year
	var best, from int64
	var sum int64
	first := 0
	for _, n := range all {
		sum += im.days[n].entries
		for n-all[first] > year {
			sum -= im.days[all[first]].entries
			first++
		}
		if sum > best {
			best, from = sum, all[first]
		}
	}
	dayLength := int64(24 * time.Hour)
	im.order.first, im.order.last = from*dayLength, (from+year+1)*dayLength-1
	for _, n := range all {
		d := im.days[n]
		if n >= from && n <= from+year {
			continue
		}
		at := time.Unix(n*dayLength/int64(time.Second), 0).UTC().Format(time.DateOnly)
		if err := im.damaged(trace.Error{File: d.file, Line: d.line, Text: "time: " + at + " is more than a year from most lines"}); err != nil {
			return err
		}
		im.sum.Counts.Unreadable += d.entries - 1
	}
	im.sum.Counts.Late, im.sum.Backwards = im.order.late, im.order.backwards
	im.sum.Services = make(map[service.Service]int64)
	for s, n := range im.services {
		if n > 0 {
			im.sum.Services[service.Service(s)] = n
		}
	}
	if im.audited && im.refused > 0 {
		im.order.once = true
		im.foreign("mockimds log: refusals, which the audit log has", im.refused)
	}
	return nil
}

// nothing is the error of recordings without a request.
func (im *importer) nothing() error {
	names := make([]string, len(im.sum.Files))
	for i, f := range im.sum.Files {
		names[i] = f.Name
	}
	text := fmt.Sprintf("no request in %s", words.List(words.Some(names), "and"))
	if len(im.sum.Damaged) > 0 {
		return fmt.Errorf("%s; %s cannot be read, the first: %w", text,
			words.Plural(uint64(im.sum.Counts.Unreadable), "line", "lines"), &im.sum.Damaged[0])
	}
	return errors.New(text)
}

// complete adds to a trace's header what the import knows.
func (im *importer) complete(h *trace.Header) {
	if h.Counts == nil {
		h.Counts = new(trace.Counts)
	}
	c := h.Counts
	c.Lines, c.Unreadable, c.Foreign, c.Late = im.sum.Counts.Lines, im.sum.Counts.Unreadable, im.sum.Counts.Foreign, im.sum.Counts.Late
	h.Source = im.source()
	if im.methods {
		h.Redactions = append(h.Redactions, "method: not recorded, GET assumed")
	}
	if c.Cut > 0 {
		h.Redactions = append(h.Redactions, "path: credentials IDs and queries are cut from "+words.Plural(uint64(c.Cut), "request", "requests"))
	}
	if im.pseudonyms != nil {
		h.Redactions = append(h.Redactions, "pseudonyms: ARNs, addresses, IDs and names of roles and clusters are replaced")
	}
}

// source names the recordings.
func (im *importer) source() string {
	var formats, names []string
	for _, f := range im.sum.Files {
		if !slices.Contains(formats, f.Format) {
			formats = append(formats, f.Format)
		}
		names = append(names, words.Visible(words.Shortened(filepath.Base(f.Name), 60)))
	}
	if im.pseudonyms != nil {
		names = []string{words.Plural(uint64(len(names)), "file", "files")}
	}
	return strings.Join(formats, ", ") + ": " + words.List(words.Some(names), "and")
}

// Raw reports whether a file is a recording that Import can read, and no trace.
func Raw(name string) bool {
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	_, err = recording.NewReader(name, f, "", recording.Options{})
	return err == nil
}
