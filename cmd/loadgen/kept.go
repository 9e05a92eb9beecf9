package main

import (
	"encoding/json"
	"os"

	"tenement/cmd/internal/command"
	"tenement/profiles"
	"tenement/reports"
)

// keptIn is the report in a file, nil if the file is something else, or there is none:
// a profile, or the name of a built-in.
func keptIn(name string) (*reports.Report, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, nil // who opens it as a profile tells what is wrong
	}
	defer f.Close()
	if !isReport(f) {
		return nil, nil
	}
	return readReport(name)
}

// isReport reports whether a file is one: JSON with cases and a model, or with one of
// them and damaged, since a profile has neither. A profile is small, and read no further
// than its first byte if that is none of JSON.
func isReport(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	d := json.NewDecoder(f)
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	cases, model := false, false
	for d.More() && (!cases || !model) {
		key, err := d.Token()
		if err != nil {
			return cases || model
		}
		cases, model = cases || key == "cases", model || key == "model"
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return cases || model
		}
	}
	return cases && model
}

// keepIn is what a report keeps of a profile.
func keepIn(p *profiles.Profile) reports.Profile {
	k := p.Kept()
	out := reports.Profile{Identity: p.Identity(), Document: k.Document}
	for _, t := range k.Traces {
		out.Traces = append(out.Traces, reports.Trace(t))
	}
	return out
}

// keptOf is the profile that a report keeps; false of a report of an older version.
func keptOf(r *reports.Report) (profiles.Kept, bool) {
	k := profiles.Kept{Document: r.Profile.Document}
	for _, t := range r.Profile.Traces {
		k.Traces = append(k.Traces, profiles.KeptTrace(t))
	}
	return k, len(k.Document) > 0
}

// openKept opens the profile that a report keeps.
func openKept(name string, r *reports.Report, o profiles.Options, input *command.Input) (*profiles.Profile, error) {
	k, ok := keptOf(r)
	if !ok {
		return nil, command.Usagef("run the profile itself", "%s: a report of an older version, which keeps no profile", name)
	}
	p, err := profiles.OpenKept(name, k, o)
	if err != nil {
		return nil, input.Refuse(err)
	}
	return p, nil
}

// openAny opens a profile: a built-in by its name, or a file, which may be a report
// that keeps it.
func openAny(name string, o profiles.Options, input *command.Input) (*profiles.Profile, error) {
	r, err := keptIn(name)
	if err != nil {
		return nil, err
	}
	if r != nil {
		return openKept(name, r, o, input)
	}
	p, err := profiles.Open(name, o)
	if err != nil {
		return nil, input.Refuse(err)
	}
	return p, nil
}

// differencesOf are those of the profiles of two reports, nil if one keeps none.
func differencesOf(base, current *reports.Report) []reports.Difference {
	a, known := keptOf(base)
	b, known2 := keptOf(current)
	if !known || !known2 {
		return nil
	}
	all := []reports.Difference{}
	for _, d := range profiles.Differences(a, b) {
		all = append(all, reports.Difference(d))
	}
	return all
}
