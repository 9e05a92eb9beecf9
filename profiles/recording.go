package profiles

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"tenement/internal/plan"
	"tenement/internal/trace"
	"tenement/internal/words"
)

// opener opens a trace by the name that a source has for it, and tells where it is.
type opener func(file string) (t *trace.Tape, path string, err error)

// asNamed opens a trace of a flag, which is relative to the working directory.
func asNamed(file string) (*trace.Tape, string, error) {
	t, err := trace.Open(file)
	return t, file, err
}

// besideFile opens the traces of a profile on disk. They lie beside it; one
// that does not is looked for among the built-in ones, so that a built-in
// profile that was shown, saved and edited still finds its recording.
func besideFile(profile string) opener {
	return func(file string) (*trace.Tape, string, error) {
		if !filepath.IsAbs(file) {
			beside := filepath.Join(filepath.Dir(profile), file)
			if _, err := os.Stat(beside); errors.Is(err, fs.ErrNotExist) && fs.ValidPath(file) {
				if _, err := fs.Stat(builtins, file); err == nil {
					return builtinTrace(file)
				}
			}
			file = beside
		}
		return asNamed(file)
	}
}

// builtinTrace opens a trace of this package.
func builtinTrace(file string) (*trace.Tape, string, error) {
	t, err := trace.OpenFS(builtins, file)
	return t, "builtin:" + file, err
}

// recording is a trace that a profile replays, in one way or several.
type recording struct {
	tape *trace.Tape
	file string // as a document or a flag names it
	path string // where it was read
	// answers is how each of the tape's requests was answered, made when it is first
	// asked for.
	answers func() []answers

	summaries recordedParts

	mu      sync.Mutex // guards what follows
	replays map[string]*replayed
	known   string // what digest returns, once it is known
}

func newRecording(t *trace.Tape, file, path string) *recording {
	return &recording{
		tape: t, file: file, path: path, replays: make(map[string]*replayed),
		answers: sync.OnceValue(func() []answers { return answersOf(t) }),
	}
}

// answers is how a request was answered, over all its events.
type answers struct {
	events   int64
	inferred int64 // of them
	served   bool  // by anything but what follows
	gone     bool  // by 400 or 404
}

// answersOf reads the tape once.
func answersOf(t *trace.Tape) []answers {
	all := make([]answers, len(t.Requests()))
	var r trace.Record
	c := t.From(0)
	var err error
	for err = c.Next(&r); err == nil; err = c.Next(&r) {
		a := &all[r.Request]
		a.events++
		if r.Inferred {
			a.inferred++
		}
		switch r.Status {
		case 400, 404:
			a.gone = true
		case 429:
		default:
			a.served = true
		}
	}
	mustEnd(err)
	return all
}

// mustEnd panics unless a tape has ended. It was checked when it was opened: what can
// fail is the disk with the temporary file, without which nothing can go on.
func mustEnd(err error) {
	if !errors.Is(err, io.EOF) {
		panic(fmt.Sprintf("profiles: reading a trace again: %v", err))
	}
}

// replayed is a trace as plans use it.
type replayed struct {
	replay     *plan.Replay
	registered []string
	warnings   []string // whatever the length of the run
}

// in is what a report says of the replay in a run of that length.
func (r *replayed) in(run time.Duration) []string {
	all := r.warnings
	if late := r.replay.Left(run); late > 0 {
		all = append(all[:len(all):len(all)], fmt.Sprintf(
			"left out, because the run ends before: %s", ofTrace(late, r.replay.Events())))
	}
	return all
}

// ofTrace is how many of a trace's requests something is about.
func ofTrace[T int | int64](some, all T) string {
	return fmt.Sprintf("%s of the trace's %s requests", words.Number(uint64(some)), words.Number(uint64(all)))
}

// replayed is the recording as it is replayed at an endpoint.
func (r *recording) replayed(v *replay, e *endpoint) *replayed {
	key := string(replayForm().Write(*v, true).JSON()) + "\n" + e.Service.String()
	if e.Instance != nil {
		key += " " + e.Instance.Role
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return keep(r.replays, key, func() *replayed { return r.compile(v, e) })
}

// step is the width of the steps over which a run spreads the events, 0 if they have
// been placed.
func (r *recording) step() time.Duration {
	if r.tape.Header.Placed != nil {
		return 0
	}
	return r.tape.Resolution()
}

// cassette is a tape as a plan reads it.
type cassette struct {
	tape      *trace.Tape
	resources []uint32 // by request; leftOut for those that are not sent
}

// leftOut is the resource of a request that is not sent.
const leftOut = 1<<32 - 1

// From implements plan.Recording.
func (c cassette) From(at time.Duration) func() (plan.Event, bool) {
	index, err := c.tape.Index(at)
	if err != nil {
		mustEnd(err)
	}
	from := c.tape.From(index)
	return func() (plan.Event, bool) {
		var r trace.Record
		for {
			if err := from.Next(&r); err != nil {
				mustEnd(err)
				return plan.Event{}, false
			}
			if n := c.resources[r.Request]; n != leftOut {
				return plan.Event{At: r.T, Task: r.Task, Resource: n}, true
			}
		}
	}
}
