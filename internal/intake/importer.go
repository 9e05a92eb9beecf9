package intake

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"tenement/internal/recording"
	"tenement/internal/service"
	"tenement/internal/trace"
	"tenement/internal/words"
)

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

	services []int64 // requests, by service
	audited  bool    // one of the files is an audit log
	refused  int64   // refusals in logs of mockimds, which its audit log has too
}

// day is what is known of the entries of a day.
type day struct {
	entries int64
	file    string
	line    int
}

// file reads a recording. Among several, one may be empty: the log that was begun last.
func (im *importer) file(name string, several bool) error {
	in, shown := im.o.Streams[name], name
	piped := in != nil
	switch {
	case name == "-":
		shown, piped = "stdin", false
	case in == nil:
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil {
			piped = !info.Mode().IsRegular()
		}
		in = f
	}
	r, err := recording.NewReader(in, im.o.From, im.o.Recording)
	if errors.Is(err, recording.ErrEmpty) && several {
		im.sum.Files = append(im.sum.Files, File{Name: shown})
		return nil
	}
	if d := (*recording.Damage)(nil); errors.As(err, &d) {
		return &trace.Error{File: shown, Line: 1, Col: d.Col, Text: d.Text}
	}
	if err != nil {
		return fmt.Errorf("reading %s: %w", words.Visible(shown), err)
	}
	if err := im.order.begin(); err != nil {
		return err
	}
	f := File{Name: shown, Format: r.Format, Wrapped: r.Wrapped, piped: piped}
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
