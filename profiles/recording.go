package profiles

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"tenement/internal/plan"
	"tenement/internal/service"
	"tenement/internal/trace"
)

// opener opens a trace by the name that a source has for it. A flag names
// traces relative to the working directory: its opener is trace.Open.
type opener func(file string) (*trace.Tape, error)

// besideFile opens the traces of a profile on disk. They lie beside it; one
// that does not is looked for among the built-in ones, so that a built-in
// profile that was shown, saved and edited still finds its recording.
func besideFile(profile string) opener {
	return func(file string) (*trace.Tape, error) {
		if !filepath.IsAbs(file) {
			beside := filepath.Join(filepath.Dir(profile), file)
			if _, err := os.Stat(beside); errors.Is(err, fs.ErrNotExist) && fs.ValidPath(file) {
				if _, err := fs.Stat(builtins, file); err == nil {
					return builtinTrace(file)
				}
			}
			file = beside
		}
		return trace.Open(file)
	}
}

// builtinTrace opens a trace of this package.
func builtinTrace(file string) (*trace.Tape, error) { return trace.OpenFS(builtins, file) }

// recording is a trace that a profile replays.
type recording struct {
	trace  *trace.Tape
	length time.Duration

	// Made when they are first asked for.
	recorded recordedParts
	compiled func() *replayed
	text     func() []byte // the trace as a file, for digests
}

func newRecording(t *trace.Tape) *recording {
	return &recording{
		trace: t, length: t.Length(),
		compiled: sync.OnceValue(func() *replayed { return compileTrace(t) }),
		text: sync.OnceValue(func() []byte {
			var b bytes.Buffer
			if err := t.WriteIdentity(&b); err != nil {
				panic("profiles: writing a trace that was read: " + err.Error())
			}
			return b.Bytes()
		}),
	}
}

// replayed is a trace as plans use it.
type replayed struct {
	replay     *plan.Replay
	registered []string
	cut        int // requests recorded without an ID
}

// request is what tells one resource of a trace from another.
type request struct{ method, path string }

// compileTrace numbers a trace's tasks and resources.
func compileTrace(t *trace.Tape) *replayed {
	var (
		c         = new(replayed)
		events    = make([]plan.Event, 0, t.Len())
		numbers   = make(map[request]uint32)
		resources []plan.Resource
		ids       = newRegister()
	)
	var v trace.Record
	for from := t.From(0); from.Next(&v) == nil; {
		e := t.Event(&v)
		path := e.Path
		if e.Cut {
			path = service.CredentialsV2 + service.CredentialsID
			c.cut++
		} else {
			ids.note(path, e.Status)
		}
		resource, known := numbers[request{e.Method, path}]
		if !known {
			resource = uint32(len(resources))
			numbers[request{e.Method, path}] = resource
			resources = append(resources, plan.NewResource(e.Method, path))
		}
		events = append(events, plan.Event{At: e.T, Task: v.Task, Resource: resource})
	}
	c.replay = plan.NewReplay(events, resources, t.Resolution())
	c.registered = ids.ids()
	return c
}

// warnings are what a report says of a trace in a run of that length.
func (r *recording) warnings(run time.Duration) []string {
	var all []string
	c, events := r.compiled(), int(r.trace.Len())
	if c.cut > 0 {
		all = append(all, fmt.Sprintf(
			"%d of the trace's %d requests were recorded without a credentials ID and are sent as the task's own: "+
				"whether they shared a bucket with others is a guess", c.cut, events))
	}
	if late := events - c.replay.Before(run); late > 0 {
		all = append(all, fmt.Sprintf(
			"%d of the trace's %d requests come after the end of the run and are left out", late, events))
	}
	return all
}
