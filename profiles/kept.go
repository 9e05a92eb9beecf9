package profiles

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"tenement/internal/form"
	"tenement/internal/trace"
)

// Kept is a profile as a report keeps it, which runs again.
type Kept struct {
	Document json.RawMessage // with every default and all that was set
	Traces   []KeptTrace     // that it replays; their content is not kept
}

// KeptTrace is a recording: where it was, and what tells it from others.
type KeptTrace struct {
	File   string // as the document names it
	Path   string // where it was read, relative to the working directory; that of a built-in begins with builtin:
	Digest string // of its content
}

// Kept is the profile for a report.
func (p *Profile) Kept() Kept {
	k := Kept{Document: p.written().JSON()}
	for _, r := range p.recordings() {
		k.Traces = append(k.Traces, KeptTrace{File: r.file, Path: r.path, Digest: r.digest()})
	}
	return k
}

// OpenKept opens a profile that a report kept, and applies the options. The name is
// that of the report's file, for errors. A trace is looked for where it was read, then
// beside the report, then among the built-in ones; another trace in its place is an
// error.
func OpenKept(name string, k Kept, o Options) (*Profile, error) {
	tree, err := form.ParseJSON(k.Document)
	if err != nil {
		return nil, fmt.Errorf("the profile in %s: %w", name, err)
	}
	var text bytes.Buffer
	if err := tree.WriteYAML(&text); err != nil {
		return nil, fmt.Errorf("the profile in %s: %w", name, err)
	}
	return load(form.NewSource("profile in "+name, text.Bytes()), besideReport(name, k.Traces), text.Bytes(), o)
}

// besideReport opens the traces of a report's profile.
func besideReport(report string, traces []KeptTrace) opener {
	return func(file string) (*trace.Tape, string, error) {
		var wanted *KeptTrace
		places := []string{filepath.Join(filepath.Dir(report), file)}
		for i := range traces {
			if traces[i].File == file {
				wanted = &traces[i]
				places = append([]string{wanted.Path}, places...)
				break
			}
		}
		for _, path := range places {
			if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
				continue
			}
			t, err := trace.Open(path)
			if err == nil {
				err = wanted.check(t, path)
			}
			return t, path, err
		}
		if fs.ValidPath(file) {
			if _, err := fs.Stat(builtins, file); err == nil {
				t, path, err := builtinTrace(file)
				if err == nil {
					err = wanted.check(t, path)
				}
				return t, path, err
			}
		}
		return nil, "", fmt.Errorf("opening trace: it is neither at %s nor beside the report: --trace FILE names another place", places[0])
	}
}

// check returns an error if a tape is not the trace that a report was made with.
func (k *KeptTrace) check(t *trace.Tape, path string) error {
	if k == nil {
		return nil
	}
	if got := digestOf(t); got != k.Digest {
		return fmt.Errorf("%s is not the trace that the report was made with: its digest is %s, not %s", path, got, k.Digest)
	}
	return nil
}

// digestOf tells traces apart. What it reads of the trace it also writes to the others:
// a long trace is read once.
func digestOf(t *trace.Tape, others ...io.Writer) string {
	h := sha256.New()
	if err := t.WriteIdentity(io.MultiWriter(append(others, h)...)); err != nil {
		panic("profiles: reading a trace again: " + err.Error()) // as in mustEnd
	}
	return sum(h)
}

// digest tells the recording from others.
func (r *recording) digest() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == "" {
		r.known = digestOf(r.tape)
	}
	return r.known
}

// writeIdentity writes what tells the recording from others.
func (r *recording) writeIdentity(w io.Writer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.known = digestOf(r.tape, w)
}

// Identity identifies what decides the figures of a profile, apart from the seed and
// the engine: neither its name and description nor its gates, nor what is said of SDKs. Defaults are left out, so
// that it stays as it is when the format gains a key.
func (p *Profile) Identity() string {
	doc := p.doc
	doc.Name, doc.Description, doc.Seed, doc.Engine, doc.Gates = "", "", 1, doc.usualEngine(), nil
	doc.Strategies = slices.Clone(doc.Strategies)
	for i := range doc.Strategies {
		doc.Strategies[i].SDKSetting = ""
	}
	h := sha256.New()
	h.Write(documentForm().Write(doc, false).JSON())
	for _, r := range p.recordings() {
		h.Write([]byte(r.digest()))
	}
	return sum(h)
}

// sum is the start of a hash's sum.
func sum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil))[:16] }
