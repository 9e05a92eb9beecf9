package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"os"

	"tenement/cmd/internal/command"
	"tenement/internal/form"
	"tenement/internal/words"
	"tenement/profiles"
	"tenement/reports"
)

// named is what the user named as a profile or a report: a file, a pipe, standard input, or a
// built-in.
type named struct {
	name   string
	report *reports.Report // nil if it is none
	text   []byte          // of a pipe, which can be read once; nil of anything else
}

// lookAt looks whether a name is that of a report. Whoever opens a profile tells what is wrong
// with it.
func lookAt(name string) (*named, error) {
	n := &named{name: name}
	var in io.Reader = os.Stdin
	var err error
	if name == "-" {
		n.name = stdinName
	} else {
		f, mode := fileOf(name)
		if f == nil {
			return n, nil
		}
		defer f.Close()
		if mode.IsRegular() {
			if isReport(f) {
				n.report, err = readReport(name)
			}
			return n, err
		}
		in = f
	}
	switch n.text, err = pipedText(in); {
	case err != nil:
		return nil, command.Unreadable(n.name, err)
	case len(n.text) > reports.MaxBytes:
		return nil, command.Usagef("", "%s: larger than %d MiB", n.name, reports.MaxBytes>>20)
	}
	if isReport(bytes.NewReader(n.text)) {
		if n.report, err = reports.Read(n.name, bytes.NewReader(n.text)); err != nil {
			return nil, command.Usage(err, "")
		}
	}
	return n, nil
}

// stdinName is what messages call standard input, which the user names -.
const stdinName = "stdin"

// openInput opens a file, or standard input as -, and tells what messages call it.
func openInput(name string) (in io.ReadCloser, shown string, err error) {
	if name == "-" {
		return io.NopCloser(os.Stdin), stdinName, nil
	}
	in, err = os.Open(name)
	return in, name, err
}

// fileOf is the file of that name, and what it is; nil if there is none, as for a built-in, or
// if it is a directory.
func fileOf(name string) (*os.File, fs.FileMode) {
	f, err := os.Open(name)
	if err != nil {
		return nil, 0
	}
	info, err := f.Stat()
	if err != nil || info.IsDir() {
		_ = f.Close() // nothing was written to it
		return nil, 0
	}
	return f, info.Mode()
}

// pipedText is what a pipe says. What is no JSON is read no further than a profile may be
// long: some devices never end.
func pipedText(in io.Reader) ([]byte, error) {
	var text bytes.Buffer
	_, err := text.ReadFrom(io.LimitReader(in, form.MaxText+1))
	if err == nil && bytes.HasPrefix(bytes.TrimSpace(bytes.TrimPrefix(text.Bytes(), []byte(reports.ByteOrderMark))), []byte("{")) {
		_, err = text.ReadFrom(io.LimitReader(in, int64(reports.MaxBytes+1-text.Len())))
	}
	return text.Bytes(), err
}

// open opens the profile: that which the report keeps, if it is one.
func (n *named) open(o profiles.Options, input *command.Input) (p *profiles.Profile, err error) {
	switch {
	case n.report != nil:
		return openKept(n.name, n.report, o, input)
	case n.text != nil:
		p, err = profiles.OpenText(n.name, n.text, o)
	default:
		p, err = profiles.Open(n.name, o)
	}
	if err != nil {
		return nil, input.Refuse(err)
	}
	return p, nil
}

// isReport reports whether a text is one: JSON with cases and a model, or with one of
// them and damaged, since a profile has neither. A profile is small, and read no further
// than its first byte if that is none of JSON.
func isReport(text io.Reader) bool {
	b := bufio.NewReader(io.LimitReader(text, reports.MaxBytes))
	if mark, _ := b.Peek(len(reports.ByteOrderMark)); string(mark) == reports.ByteOrderMark {
		_, _ = b.Discard(len(mark)) // which is there
	}
	d := json.NewDecoder(b)
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	cases, model := false, false
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return cases || model
		}
		if cases, model = cases || key == "cases", model || key == "model"; cases && model {
			break // the cases are most of a report, and need not be read for this
		}
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
	n, err := lookAt(name)
	if err != nil {
		return nil, err
	}
	return n.open(o, input)
}

// openNamed is openAny for a command that says so if files of strategies are of no use, and
// how one of them is tried.
func (p *program) openNamed(name string, o profiles.Options, files []string, how string, input *command.Input) (*profiles.Profile, error) {
	n, err := lookAt(name)
	if err != nil {
		return nil, err
	}
	profile, err := n.open(o, input)
	if err == nil {
		p.noteUnused(files, how, n, o, profile)
	}
	return profile, err
}

// noteUnused says so if nothing names a strategy of the files of --strategies: then the
// profile is the same without them, and the user may believe that they are tried.
func (p *program) noteUnused(files []string, how string, n *named, o profiles.Options, opened *profiles.Profile) {
	if len(files) == 0 || len(o.Try) > 0 {
		return
	}
	if n == nil {
		n = new(named)
	}
	o.Strategies = nil
	if without, err := n.open(o, new(command.Input)); err == nil && without.Digest() == opened.Digest() {
		p.wrapped("nothing names a strategy of %s, so none of them is tried: %s tries one", words.List(files, "or"), how)
	}
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
