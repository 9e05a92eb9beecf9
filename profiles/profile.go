// Package profiles is the input of a run: the format of profiles, how strictly
// they are read, how they become plans, and the built-in profiles themselves.
//
// A profile says what answers (an endpoint and its limits), who asks (a fleet
// of groups of tasks), what is tried (strategies, one case each) and what else
// might be different (further cases). Open reads one, Cases lists its cases,
// and Plan compiles one case under one seed to a plan.Plan, which an engine
// carries out without knowing this package.
//
// The format is described once, by forms (internal/form), which drive reading,
// showing and the JSON Schema. What is wrong with a profile is form.Errors,
// which name file, line, column and path, and come all at once.
package profiles

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"tenement/internal/form"
	"tenement/internal/gate"
	"tenement/internal/trace"
)

// Profile is a profile that has been read and found sound. It does not change,
// and may be used from several goroutines.
type Profile struct {
	Name        string
	Description string
	Seed        uint64
	Engine      string // "live" or "sim"
	Gates       []gate.Gate

	tree     *form.Node // which nothing changes
	doc      document
	pristine bool    // as it is written, without a change
	given    []given // after --set
	shared   *shared

	// What is made when it is first asked for.
	cases   func() []*caseState
	digest  func() string
	written func() *form.Node // the document with every default, which nothing changes
}

// Options change a profile as it is opened.
type Options struct {
	Sets  []string // "path=value", as after --set
	Trace string   // a recording that replaces the arrivals of the group under test
	// Tape is that recording, if it has been read: then Trace is a name for it, and no file.
	Tape   *trace.Tape
	Replay []Setting // how it is replayed
	Seed   *uint64   // in place of the profile's
	Engine string    // in place of the profile's, unless it is ""
	// Strategies are what names of strategies may stand for, beside those of the profile.
	Strategies *Strategies
	// Try are names of strategies or presets that are tried on the groups under test, as
	// further cases.
	Try []string
	// Compared are names of cases. One that no case has is tried, if it is that of a
	// strategy or a preset.
	Compared []string
}

// Open reads a built-in profile by name or any other by path, and applies the
// options. With a trace the name may be "", which is the profile that replays
// a trace as recorded. What is wrong with the input is form.Errors.
func Open(nameOrPath string, o Options) (*Profile, error) {
	if nameOrPath == "" {
		if o.Trace == "" {
			return nil, errors.New("opening profile: no name and no trace")
		}
		return load(form.FlagSource("--trace", ""), asNamed, []byte(traceProfile), o)
	}
	src, open, text, err := find(nameOrPath)
	if err != nil {
		return nil, err
	}
	return load(src, open, text, o)
}

// OpenText is Open of a profile whose text has been read. The name is for errors, and the
// path that traces are relative to.
func OpenText(name string, text []byte, o Options) (*Profile, error) {
	return load(form.NewSource(name, text), besideFile(name), text, o)
}

// Load reads a profile from its text. The name is for errors, and the path
// that traces are relative to.
func Load(name string, text []byte) (*Profile, error) {
	return OpenText(name, text, Options{})
}

// find is the text of a profile: a built-in's name comes before a file's.
func find(nameOrPath string) (*form.Source, opener, []byte, error) {
	if !strings.ContainsAny(nameOrPath, `/\`) {
		file := nameOrPath + ".yaml"
		if text, err := fs.ReadFile(builtins, file); err == nil {
			return form.NewSource("builtin:"+file, text), builtinTrace, text, nil
		}
	}
	text, err := readFile(nameOrPath)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, nil, fmt.Errorf("opening profile: no built-in profile and no file %q%s", nameOrPath, form.Hint(nameOrPath, builtinNames()))
	case err != nil:
		return nil, nil, nil, fmt.Errorf("opening profile: %w", err)
	}
	return form.NewSource(nameOrPath, text), besideFile(nameOrPath), text, nil
}

// readFile reads a file up to just above the size of the largest document: what
// is larger is refused by its size, and some files never end.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, form.MaxText+1))
}

// title is the first line of the description.
func (p *Profile) title() string {
	title, _, _ := strings.Cut(p.Description, "\n")
	return title
}

// shownHead leads an editor to the schema of what is shown, and its user to the
// file of the schema, which is not where the profile will be saved.
const shownHead = `# yaml-language-server: $schema=profile.schema.json
# For editors: loadgen profile schema > profile.schema.json
`

// Show writes the profile with every default filled in. What it writes loads
// to the same plans.
func (p *Profile) Show(w io.Writer) error {
	if _, err := io.WriteString(w, shownHead); err != nil {
		return fmt.Errorf("writing the profile: %w", err)
	}
	return p.written().WriteYAML(w)
}

// Digest identifies the profile with all that was set, except the seed: profiles
// with equal digests run alike with equal seeds.
func (p *Profile) Digest() string { return p.digest() }

func (p *Profile) newDigest() string {
	h := sha256.New()
	doc := p.doc
	doc.Seed = 0
	if err := documentForm().Write(doc, true).WriteYAML(h); err != nil {
		panic("profiles: showing a profile: " + err.Error()) // a hash takes everything
	}
	for _, r := range p.recordings() {
		r.writeIdentity(h)
	}
	return sum(h)
}

// recordings are the traces that the profile or a case of it replays, each
// once, in the order of their names as written.
func (p *Profile) recordings() []*recording {
	var groups []*group
	for _, c := range p.cases() {
		doc, wrong := c.document()
		if len(wrong) > 0 {
			continue // it replays nothing
		}
		for i := range doc.Fleet {
			if g := &doc.Fleet[i]; g.recording != nil {
				groups = append(groups, g)
			}
		}
	}
	slices.SortStableFunc(groups, func(a, b *group) int { return strings.Compare(a.Arrivals.Trace.File, b.Arrivals.Trace.File) })
	var all []*recording
	for _, g := range groups {
		if !slices.Contains(all, g.recording) {
			all = append(all, g.recording)
		}
	}
	return all
}
