package throttle

import (
	"fmt"
	"time"

	"tenement/internal/draw"
)

// trouble is a fault of an endpoint.
type trouble struct {
	Fault
	draws  draw.Key // what its draws descend from, for this host, by task and ordinal
	lifted bool
	begun  bool // a RestartFault: the limits have begun afresh
}

// maxTroubles bounds how many faults an endpoint knows at a time.
const maxTroubles = 1000

// trouble is a fault as the endpoint's number i.
func (e *Endpoint) trouble(i int, f Fault) trouble {
	return trouble{Fault: f, draws: e.config.Seed.Name("fault").With(uint64(i)).With(uint64(e.host))}
}

// picks reports whether a fault befalls a task's request number n, by its
// share.
func (t *trouble) picks(r *Request, n uint64) bool {
	return t.Share == 0 || t.draw(r, n, "share").Float() < t.Share
}

func (t *trouble) draw(r *Request, n uint64, purpose string) draw.Key {
	return t.draws.With(uint64(r.Key)).With(n).Name(purpose)
}

// befall lowers the verdict on a task's request number n, which the limits let
// in, to what faults make of it. It returns the index of a fault that makes it
// late, −1 if none does.
func (e *Endpoint) befall(now time.Duration, r *Request, n uint64, v *Verdict) (slow int) {
	slow, first := -1, -1
	route := r.Route
	if route == 0 {
		route = MetadataRoute
	}
	for i := range e.troubles {
		t := &e.troubles[i]
		kind := t.doing(now)
		if kind == NoFault || t.lifted || t.routes(kind)&route == 0 || !t.picks(r, n) {
			continue
		}
		switch {
		case kind == SlowFault || kind == TagsFault:
			if t.Latency != nil {
				v.After += t.Latency.At(t.draw(r, n, "latency").Bits())
				slow = i
			}
			if v.Effect.Kind == NoFault || kind == TagsFault && v.Effect.Kind == SlowFault {
				v.Effect = Effect{Kind: kind, Index: i}
			}
		case first < 0:
			first = i
		}
	}
	if first >= 0 {
		e.fail(now, first, v)
	}
	return slow
}

// fail lets a fault decide a verdict. An ExpiryFault leaves it served.
func (e *Endpoint) fail(now time.Duration, i int, v *Verdict) {
	t := &e.troubles[i]
	v.Effect = Effect{Kind: t.doing(now), Index: i}
	if v.Effect.Kind == ExpiryFault {
		v.Effect.Shift = t.Shift
		return
	}
	v.Kind = Failed
	switch v.Effect.Kind {
	case StatusFault:
		v.Status = t.Status
	case HangFault, ResetFault:
		v.After = 0
	case CutFault:
		v.After = t.After
	}
}

// cut breaks off an answer, whatever it is, that would come after the write
// timeout or after the next restart. Slow is the fault that makes it late, −1
// if none does.
func (e *Endpoint) cut(now time.Duration, slow int, v *Verdict) {
	if limit := e.config.WriteTimeout; limit > 0 && v.After > limit {
		if v.Kind == Failed {
			slow = v.Effect.Index
		}
		*v = Verdict{Kind: Failed, After: limit, Limit: v.Limit, Effect: Effect{Kind: CutFault, Index: slow}}
	}
	if e.restart < 0 {
		return
	}
	if left := e.troubles[e.restart].From - now; v.hangs() || v.After > left {
		*v = Verdict{Kind: Failed, After: left, Limit: v.Limit, Effect: Effect{Kind: ResetFault, Index: e.restart}}
	}
}

// findRestart notes the restart that comes next.
func (e *Endpoint) findRestart() {
	e.restart = -1
	for i := range e.troubles {
		t := &e.troubles[i]
		if t.Kind == RestartFault && !t.begun && !t.lifted && (e.restart < 0 || t.From < e.troubles[e.restart].From) {
			e.restart = i
		}
	}
}

// Refuses reports whether at now nothing listens, as the server restarts. Who
// serves asks before each request: one that arrives then is refused, is no
// request of the endpoint, and is counted nowhere.
func (e *Endpoint) Refuses(now time.Duration) bool {
	for i := range e.troubles {
		if t := &e.troubles[i]; !t.lifted && t.refuses(now) {
			return true
		}
	}
	return false
}

// Inject adds a fault at now. As in a schedule, From counts from when the run
// began, but 0 means now. The error says what is wrong with the fault.
//
// A restart that begins now cannot know of the requests in flight: who serves
// breaks off their connections.
func (e *Endpoint) Inject(now time.Duration, f Fault) error {
	if err := f.Check(); err != nil {
		return err
	}
	if f.From == 0 {
		f.From = max(now, 0)
	}
	if f.over() <= now {
		return fmt.Errorf("%v: was over at %v", f.Kind, f.over())
	}
	e.advance(now)
	// The index of a fault of the schedule stays, that of one that has been
	// added and is over may be used again.
	i := len(e.config.Faults)
	for i < len(e.troubles) && !e.troubles[i].lifted && now < e.troubles[i].over() {
		i++
	}
	switch {
	case i >= maxTroubles:
		return fmt.Errorf("%v: there are %d faults already", f.Kind, i)
	case i == len(e.troubles):
		e.troubles = append(e.troubles, trouble{})
	}
	e.troubles[i] = e.trouble(i, f)
	e.advance(now)
	return nil
}

// Lift ends at now the faults of that name, those yet to come included, and
// reports whether there was one. What they have decided already stands.
func (e *Endpoint) Lift(now time.Duration, name string) bool {
	found := false
	for i := range e.troubles {
		if t := &e.troubles[i]; t.Name == name && !t.lifted && now < t.over() {
			t.lifted, found = true, true
		}
	}
	e.prepare()
	return found
}

// Faults are those that are on at now, or yet to come.
func (e *Endpoint) Faults(now time.Duration) []Fault {
	var faults []Fault
	for i := range e.troubles {
		if t := &e.troubles[i]; !t.lifted && now < t.over() {
			faults = append(faults, t.Fault)
		}
	}
	return faults
}

// Blame is the fault that a verdict's Effect names, for its Body, Field and
// Name; false if it names none. Ask before the next Inject.
func (e *Endpoint) Blame(v Verdict) (Fault, bool) {
	if v.Effect.Kind == NoFault || v.Effect.Index < 0 || v.Effect.Index >= len(e.troubles) {
		return Fault{}, false
	}
	return e.troubles[v.Effect.Index].Fault, true
}
