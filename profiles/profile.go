// Package profiles is the whole input of a run: the format of profiles, how
// strictly they are read, when calls arrive, and the built-in profiles
// themselves.
//
// A profile says what answers (an endpoint and its limit), who asks (a fleet
// of groups of tasks), what is tried (strategies, one case each) and what else
// might be different (further cases). Open reads one, Cases lists its cases,
// and Plan is one case under one seed: plain values and an iterator of
// arrivals, which an engine carries out. Every draw is keyed, so a plan is the
// same in every engine, and a strategy leaves the arrivals as they are.
//
// The format is described once, by forms, which drive reading, showing and the
// JSON Schema. Errors name file, line, column and path, and come all at once.
package profiles

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"

	"tenement/internal/draw"
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

	doc    document
	cases  []*caseState
	traces map[string]*trace.Trace

	mu        sync.Mutex // guards what follows
	patterns  map[string]pattern
	latencies map[latency]*draw.Table
	replays   map[*trace.Trace]*compiled
}

// Options change a profile as it is opened.
type Options struct {
	Sets   []string // "path=value", as after --set
	Trace  string   // a recording that replaces the arrivals of the group under test
	Seed   *uint64  // in place of the profile's
	Engine string   // in place of the profile's, unless it is ""
}

// Open reads a built-in profile by name or any other by path, and applies the
// options. With a trace the name may be "", which is the profile that replays
// a trace as recorded. What is wrong with the input is an Errors.
func Open(nameOrPath string, o Options) (*Profile, error) {
	if nameOrPath == "" {
		if o.Trace == "" {
			return nil, errors.New("opening profile: no name and no trace")
		}
		return load(&source{name: "--trace"}, []byte(traceProfile), o)
	}
	src, text, err := find(nameOrPath)
	if err != nil {
		return nil, err
	}
	return load(src, text, o)
}

// Load reads a profile from its text. The name is for errors, and the path
// that traces are relative to.
func Load(name string, text []byte) (*Profile, error) {
	return load(fileSource(name, text), text, Options{})
}

// find is the text of a profile: a built-in's name comes before a file's.
func find(nameOrPath string) (*source, []byte, error) {
	if !strings.ContainsAny(nameOrPath, `/\.`) {
		file := nameOrPath + ".yaml"
		if text, err := fs.ReadFile(builtins, file); err == nil {
			return builtinSource(file, text), text, nil
		}
	}
	text, err := os.ReadFile(nameOrPath)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, fmt.Errorf("opening profile: no built-in profile and no file %q%s", nameOrPath, hint(nameOrPath, builtinNames()))
	case err != nil:
		return nil, nil, fmt.Errorf("opening profile: %w", err)
	}
	return fileSource(nameOrPath, text), text, nil
}

// Title is the first line of the description.
func (p *Profile) Title() string {
	title, _, _ := strings.Cut(p.Description, "\n")
	return title
}

// Show writes the profile with every default filled in. What it writes loads
// to the same plans.
func (p *Profile) Show(w io.Writer) error {
	return documentForm().write(p.doc, true).writeYAML(w)
}

// Digest identifies the profile with all that was set: equal digests are equal
// runs, but for the seed that a run may be given.
func (p *Profile) Digest() string {
	h := sha256.New()
	doc := p.doc
	doc.Seed = 0
	if err := documentForm().write(doc, true).writeYAML(h); err != nil {
		panic("profiles: showing a profile: " + err.Error()) // a hash takes everything
	}
	for _, name := range slices.Sorted(maps.Keys(p.traces)) {
		if err := p.traces[name].Write(h); err != nil {
			panic("profiles: writing a trace that was read: " + err.Error())
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}
