package intake

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tenement/internal/service"
	"tenement/internal/trace"
	"tenement/internal/words"
)

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
		if f.Format == "" {
			continue
		}
		if !slices.Contains(formats, f.Format) {
			formats = append(formats, f.Format)
		}
		name := filepath.Base(f.Name)
		if f.piped {
			name = "a pipe"
		}
		names = append(names, words.Visible(words.Shortened(name, 60)))
	}
	if im.pseudonyms != nil {
		names = []string{words.Plural(uint64(len(names)), "file", "files")}
	}
	return strings.Join(formats, ", ") + ": " + words.List(words.Some(names), "and")
}
