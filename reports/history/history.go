// Package history is one figure over many reports of a profile: its value in each,
// case by case, and where it changed. It decides nothing else: a change is advice
// for people who look for its cause, and never a gate.
package history

import (
	"errors"
	"fmt"
	"slices"

	"tenement/internal/gate"
	"tenement/internal/words"
	"tenement/reports"
)

// Run is a report of the history.
type Run struct {
	Name    string `json:"name"`            // of its file
	Began   string `json:"began,omitempty"` // RFC 3339; absent of a simulated report
	Version string `json:"version"`         // of the program that ran it
	Model   int    `json:"model"`           // of presets and random streams
	Digest  string `json:"digest"`          // of the profile with every default
	// Identity is a digest of what decides the figures; absent of an old report.
	Identity string `json:"identity,omitempty"`
	Seed     uint64 `json:"seed"`
	Partial  bool   `json:"partial,omitempty"` // it was interrupted: it counted less, so it has no value here
}

// Alike reports whether two runs are of one profile. A default that the format gained in
// between changes the digest alone.
func (r *Run) Alike(o *Run) bool {
	if r.Identity != "" && o.Identity != "" {
		return r.Identity == o.Identity
	}
	return r.Digest == o.Digest
}

// History is a figure over runs, which are in order of time.
type History struct {
	Profile string `json:"profile"`
	Engine  string `json:"engine"`
	Metric  string `json:"metric"` // a metric of package gate
	Target  string `json:"target"` // a group, or several together
	Runs    []Run  `json:"runs"`
	Lines   []Line `json:"lines"`
}

// Line is the figure in one case.
type Line struct {
	Case    string     `json:"case"`
	Title   string     `json:"title"`
	Values  []*float64 `json:"values"` // a run each, in the metric's unit; null where it has none
	Changes []Change   `json:"changes"`
}

// Change is a place at which the figure is another from then on.
type Change struct {
	Run    int     `json:"run"` // the first run with the new figure, from 0
	Before float64 `json:"before"`
	Since  float64 `json:"since"` // means, up to the next change
	P      float64 `json:"p"`     // that such a step comes by chance, times the places looked at
}

// Report is a report and the name of its file.
type Report struct {
	Name string
	*reports.Report
}

// Of is the history of a metric of a target in reports, the oldest first. Of no
// cases it is of every case. The error is reports that belong to no one history,
// or a case, target or metric that no report has.
func Of(all []Report, metric, target string, cases []string) (*History, error) {
	if len(all) == 0 {
		return nil, errors.New("a history of no reports")
	}
	first := all[0]
	h := &History{Profile: first.Profile.Name, Engine: first.Engine, Metric: metric, Target: target}
	place := map[string]int{}
	for i, r := range all {
		switch {
		case r.Profile.Name != h.Profile:
			return nil, fmt.Errorf("%s is of the profile %q, and %s of %q", r.Name, r.Profile.Name, first.Name, h.Profile)
		case r.Engine != h.Engine:
			return nil, fmt.Errorf("%s is of the engine %s, and %s of %s", r.Name, r.Engine, first.Name, h.Engine)
		}
		h.Runs = append(h.Runs, Run{
			Name: r.Name, Began: r.Generator.Began, Version: r.Generator.Version, Model: r.Model,
			Digest: r.Profile.Digest, Identity: r.Profile.Identity, Seed: r.Seed,
			Partial: r.Partial,
		})
		for j := range r.Cases {
			c := &r.Cases[j]
			if len(cases) > 0 && !slices.Contains(cases, c.Name) {
				continue
			}
			value, err := r.Figure(c, target, metric)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", r.Name, err)
			}
			at, known := place[c.Name]
			if !known {
				at = len(h.Lines)
				place[c.Name] = at
				h.Lines = append(h.Lines, Line{Case: c.Name, Changes: []Change{}, Values: make([]*float64, i, len(all))})
			}
			line := &h.Lines[at]
			line.Title = c.Title
			if r.Partial {
				value = nil
			}
			line.Values = append(line.Values, value)
		}
		for j := range h.Lines {
			if line := &h.Lines[j]; len(line.Values) == i {
				line.Values = append(line.Values, nil) // the report lacks the case
			}
		}
	}
	for _, name := range cases {
		if _, known := place[name]; !known {
			return nil, unknownCase(all, name)
		}
	}
	if !h.any() {
		return nil, h.noFigure(all, cases)
	}
	for i := range h.Lines {
		h.findChanges(&h.Lines[i])
	}
	return h, nil
}

// unknownCase is the error of a case that no report has.
func unknownCase(all []Report, name string) error {
	var known []string
	for _, r := range all {
		for i := range r.Cases {
			if c := r.Cases[i].Name; !slices.Contains(known, c) {
				known = append(known, c)
			}
		}
	}
	return fmt.Errorf("no report has a case %q: there is %s", name, words.List(words.Some(known), "and"))
}

// any reports whether a report has the figure.
func (h *History) any() bool {
	return slices.ContainsFunc(h.Lines, func(l Line) bool {
		return slices.ContainsFunc(l.Values, func(v *float64) bool { return v != nil })
	})
}

// noFigure is the error of a metric that no report has a figure of. It names those that there
// are.
func (h *History) noFigure(all []Report, cases []string) error {
	var there []string
	for _, metric := range gate.Names() {
		if slices.ContainsFunc(all, func(r Report) bool { return r.has(metric, h.Target, cases) }) {
			there = append(there, metric)
		}
	}
	switch {
	case !slices.ContainsFunc(all, func(r Report) bool { return !r.Partial }):
		return errors.New("every report is of an interrupted run: an incomplete run is not compared")
	case len(there) == 0:
		return fmt.Errorf("no report has a figure of %s: nothing was counted", h.Target)
	}
	return fmt.Errorf("no report has %s of %s: there is %s", h.Metric, h.Target, words.List(there, "and"))
}

// has reports whether a report has a figure of the metric in one of the cases.
func (r *Report) has(metric, target string, cases []string) bool {
	if r.Partial {
		return false
	}
	for i := range r.Cases {
		c := &r.Cases[i]
		if len(cases) > 0 && !slices.Contains(cases, c.Name) {
			continue
		}
		if value, err := r.Figure(c, target, metric); err == nil && value != nil {
			return true
		}
	}
	return false
}

// findChanges looks for changes between runs of one model. Another model moves
// figures by itself.
func (h *History) findChanges(line *Line) {
	var values []float64
	var runs []int
	flush := func() {
		for _, c := range changes(values) {
			line.Changes = append(line.Changes, Change{runs[c.at], c.before, c.since, c.p})
		}
		values, runs = nil, nil
	}
	for i, v := range line.Values {
		if i > 0 && h.Runs[i].Model != h.Runs[i-1].Model {
			flush()
		}
		if v != nil {
			values, runs = append(values, *v), append(runs, i)
		}
	}
	flush()
}
